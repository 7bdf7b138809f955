//! What programs ask, bounded, and what they are answered. All of it comes from strangers' machines.

use jiff::Timestamp;
use seatkeeper_domain::activation::MOST_HASHES;
use seatkeeper_domain::answer::{Admitted, Seat};
use seatkeeper_domain::catalogue::MOST_FEATURES;
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::CheckoutId;
use seatkeeper_domain::license::{FeatureGrant, License};
use seatkeeper_protocol as protocol;
use seatkeeper_protocol::{Known, Secret, client};
use seatkeeper_service::{Activation, ActivationAsked, CheckoutAsked, Lease, RefreshAsked, Terms};
use uuid::Uuid;

use super::license::{model_told, status};
use super::text::{NAME, WORD, version};
use super::{Checked, policy, term};
use crate::extract::Address;
use crate::problem::Refused;

/// Own checkouts that one request may end. More copies than that do not die at once.
const MOST_ENDS: usize = 100;

pub(crate) fn activation(
    request: client::ActivationRequest,
    from: Address,
    called: RequestId,
) -> Result<ActivationAsked, Refused> {
    let mut checked = Checked::default();
    let device = request.device;
    let fingerprint = checked.list("device.fingerprint", device.fingerprint, MOST_HASHES);
    if fingerprint.is_empty() {
        checked.note("device.fingerprint", "must hold at least one hash");
    }
    let fingerprint = fingerprint.into_iter().map(|hash| checked.text("device.fingerprint", hash, 1..=128)).collect();
    let device_name = checked.text("device.name", device.name, 0..=256);
    let os = checked.text("device.os", device.os, 0..=256);
    let product = checked.text("product", request.product, WORD);
    checked.done()?;
    Ok(ActivationAsked {
        serial_number: request.serial_number,
        product_key: request.product_key.expose().to_owned(),
        product,
        version: version("version", &request.version)?,
        released_at: request.released_at,
        installation_id: request.installation_id.into(),
        device_name,
        os,
        fingerprint,
        address: from.counted(),
        request: called,
    })
}

pub(crate) fn checkout(
    id: Uuid,
    request: client::CheckoutRequest,
    from: Address,
    called: RequestId,
) -> Result<CheckoutAsked, Refused> {
    let mut checked = Checked::default();
    let person = Person {
        user: checked.text("user", request.user, NAME),
        device_name: checked.text("device_name", request.device_name, 0..=256),
        os_session: checked.optional("os_session", request.os_session, 1..=64),
    };
    let features = request.features.map(|codes| {
        let codes = checked.list("features", codes, MOST_FEATURES);
        codes.into_iter().map(|code| checked.text("features", code, 1..=64)).collect()
    });
    let ends = ends(&mut checked, request.ends);
    checked.done()?;
    Ok(CheckoutAsked {
        id: id.into(),
        person,
        version: version("version", &request.version)?,
        released_at: request.released_at,
        features,
        ends,
        offline_since: request.offline_since,
        address: from.shown(),
        request: called,
    })
}

pub(crate) fn refresh(id: Uuid, request: client::RefreshRequest, from: Address) -> Result<RefreshAsked, Refused> {
    let mut checked = Checked::default();
    let ends = ends(&mut checked, request.ends);
    checked.done()?;
    Ok(RefreshAsked { id: id.into(), lease: request.lease, ends, address: from.shown() })
}

fn ends(checked: &mut Checked, ends: Vec<Uuid>) -> Vec<CheckoutId> {
    checked.list("ends", ends, MOST_ENDS).into_iter().map(CheckoutId).collect()
}

pub(crate) fn activated(activation: Activation) -> client::ActivationAnswer {
    let terms = terms(Terms { admitted: activation.admitted, certificate: activation.certificate });
    client::ActivationAnswer {
        activation_id: terms.activation_id,
        activation_token: Secret::new(activation.token),
        license: terms.license,
        policy: terms.policy,
        certificate: terms.certificate,
        server_time: terms.server_time,
    }
}

pub(crate) fn terms(terms: Terms) -> client::ActivationTerms {
    let Admitted { activation_id, license, product, now, .. } = terms.admitted;
    client::ActivationTerms {
        activation_id: activation_id.0,
        policy: client::ProgramPolicy {
            lease_seconds: license.policy.lease_seconds.into(),
            refresh_seconds: license.policy.refresh_seconds.into(),
            grace_seconds: license.policy.grace_seconds.into(),
            hold: policy::hold(license.policy.hold).into(),
        },
        license: license_terms(license, product, now),
        certificate: terms.certificate,
        server_time: now,
    }
}

fn license_terms(license: License, product: String, now: Timestamp) -> client::LicenseTerms {
    client::LicenseTerms {
        product,
        model: model_told(license.model).into(),
        seats: license.seats(now),
        features: license.features_at(now).map(feature).collect(),
        term: term::term(license.term).into(),
        status: status(&license, now).into(),
        serial_number: license.serial_number,
    }
}

fn feature(feature: &FeatureGrant) -> client::Feature {
    client::Feature { code: feature.code.clone(), ends_at: feature.ends_at }
}

pub(crate) fn granted(lease: Lease) -> client::CheckoutAnswer {
    let (granted, times) = (&lease.granted, lease.granted.times());
    client::CheckoutAnswer {
        session_id: granted.session.id.0,
        seat: Known::Word(match granted.seat {
            Seat::New => protocol::SeatShare::New,
            Seat::Shared => protocol::SeatShare::Shared,
        }),
        lease_until: times.lease_until,
        grace_until: times.grace_until,
        refresh_after_seconds: granted.refresh_after_seconds.into(),
        back_by: times.back_by,
        features: granted.features.iter().map(feature).collect(),
        seats: granted.seats,
        in_use: granted.in_use,
        server_time: granted.now,
        lease: lease.lease,
    }
}
