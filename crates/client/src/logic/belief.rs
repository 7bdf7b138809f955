//! What of an answer is believed: signed by the vendor's server, and about this installation, this device, this checkout.

use jiff::Timestamp;
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::claims::{ACTIVATION_TYP, ActivationClaims, LEASE_TYP, LeaseClaims};
use uuid::Uuid;

use super::Program;
use crate::device::same_device;
use crate::memory::{Activation, Memory};
use crate::problems;

/// The certificate of an activation, if it is one for this installation on this device.
pub(super) fn certificate(
    program: &Program,
    memory: &Memory,
    certificate: &str,
) -> Result<ActivationClaims, Box<Problem>> {
    let claims: ActivationClaims = memory
        .trusted
        .read(program.root.as_ref(), certificate, ACTIVATION_TYP)
        .map_err(|why| problems::untrusted(&why.to_string()))?;
    let ours = claims.inst == memory.installation_id
        && claims.product == program.product
        && same_device(&claims.device, &program.device.fingerprint);
    ours.then_some(claims).ok_or_else(|| problems::untrusted("its certificate is for another device"))
}

/// A lease, if it is a new one for this checkout. An answer recorded earlier and played again is not new.
pub(super) fn lease(
    program: &Program,
    memory: &Memory,
    activation: &Activation,
    checkout_id: Uuid,
    before: Option<&LeaseClaims>,
    lease: &str,
) -> Result<LeaseClaims, Box<Problem>> {
    let claims: LeaseClaims = memory
        .trusted
        .read(program.root.as_ref(), lease, LEASE_TYP)
        .map_err(|why| problems::untrusted(&why.to_string()))?;
    let ours = claims.sub == checkout_id && claims.act == activation.id && claims.inst == memory.installation_id;
    let new = before.is_none_or(|before| (claims.epoch, claims.seq) > (before.epoch, before.seq));
    (ours && new).then_some(claims).ok_or_else(|| problems::untrusted("its lease is not for this program"))
}

/// A claim's time. Seconds no timestamp can hold mean never.
pub(super) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
