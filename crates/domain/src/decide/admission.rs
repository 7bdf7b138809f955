//! Whether a device and its licence may do anything at all.

use crate::activation::{Activation, Installation};
use crate::block::Blocked;
use crate::holder::fold;
use crate::id::{ActivationId, InstallationId, LicenseId};
use crate::key::ProductKey;
use crate::ledger::Ledger;
use crate::license::{License, Status};
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::Term;
use crate::version::Version;

use jiff::Timestamp;

/// Who a token says it is. Its MAC was verified before; whether it is still good is decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The licence.
    pub license_id: LicenseId,
    /// The device.
    pub activation_id: ActivationId,
    /// The installation on it.
    pub installation_id: InstallationId,
    /// Which of its tokens.
    pub generation: u32,
}

/// What a good credential stands for.
pub(super) struct Standing<'a> {
    pub(super) license: &'a License,
    pub(super) activation: &'a Activation,
    pub(super) installation: &'a Installation,
    pub(super) key: &'a ProductKey,
}

impl Credential {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.installations.insert((self.activation_id, self.installation_id));
    }

    /// What it stands for, unless the device was given up, since it got this token, or its token replaced.
    pub(super) fn standing<'a>(&self, ledger: &'a Ledger) -> Result<Standing<'a>, Refusal> {
        let ended = |reason| Refusal::ActivationEnded { reason };
        let license = ledger.licenses.get(&self.license_id).ok_or(ended(None))?;
        let activation = ledger
            .activations
            .get(&self.activation_id)
            .filter(|a| a.license_id == self.license_id)
            .ok_or(ended(None))?;
        if let Some((_, reason)) = activation.ended {
            return Err(ended(Some(reason)));
        }
        let installation = ledger
            .installations
            .get(&(self.activation_id, self.installation_id))
            .filter(|i| i.generation == self.generation && i.activated_at >= activation.activated_at)
            .ok_or(ended(None))?;
        let key = ledger.keys.get(&installation.key_id).ok_or(ended(None))?;
        Ok(Standing { license, activation, installation, key })
    }
}

/// Whether the licence may be used at `now`.
pub(super) fn usable(license: &License, now: Timestamp) -> Result<(), Refusal> {
    match license.status {
        Status::Revoked => return Err(Refusal::LicenseRevoked),
        Status::Suspended => return Err(Refusal::LicenseSuspended),
        Status::Active => {}
    }
    match license.ends_at() {
        Some(ended_at) if ended_at <= now => Err(Refusal::LicenseExpired { ended_at }),
        _ => Ok(()),
    }
}

/// Whether this release of the program may use the licence.
pub(super) fn release_covered(
    ledger: &Ledger,
    license: &License,
    version: &Version,
    released_at: Option<Timestamp>,
) -> Result<(), Refusal> {
    let minimum = ledger.products.get(&license.product_id).and_then(|p| p.minimum_version.as_ref());
    if let Some(minimum) = minimum.filter(|minimum| version < minimum) {
        return Err(Refusal::VersionNotSupported {
            version: version.to_string(),
            minimum_version: minimum.to_string(),
        });
    }
    match (license.term, released_at) {
        (Term::Perpetual { maintenance_until: Some(maintenance_until) }, Some(released_at))
            if !license.term.covers_release(Some(released_at)) =>
        {
            Err(Refusal::MaintenanceLapsed { released_at, maintenance_until })
        }
        _ => Ok(()),
    }
}

/// Whether the user or the device is shut out of the licence.
pub(super) fn not_blocked(
    ledger: &Ledger,
    license: &License,
    activation: ActivationId,
    user: Option<&str>,
) -> Result<(), Refusal> {
    if ledger.block_of(license.id, &Blocked::Device(activation)).is_some() {
        return Err(Refusal::Blocked { device: true });
    }
    match user.and_then(|user| ledger.block_of(license.id, &Blocked::User(fold(user)))) {
        Some(_) => Err(Refusal::Blocked { device: false }),
        None => Ok(()),
    }
}
