//! Licences, there and back.

use jiff::Timestamp;
use seatkeeper_domain::decide::{LicensePatch, LicenseTerms};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::{FeatureGrant, Grant, Legacy, Model, Status};
use seatkeeper_protocol as protocol;
use seatkeeper_protocol::{admin, normalize_serial_number};
use seatkeeper_service::read::LicenseRow;

use super::text::WORD;
use super::{Checked, policy, term};
use crate::problem::Refused;

/// Seats as they are asked for: short, or as grants.
type Seats = (Option<u32>, Option<Vec<admin::GrantNew>>);

pub(crate) fn new(license: admin::LicenseNew) -> Result<LicenseTerms, Refused> {
    let mut checked = Checked::default();
    let checked = &mut checked;
    let terms = LicenseTerms {
        customer_id: license.customer_id.into(),
        product: checked.text("product", license.product, WORD),
        // Drawn by the service.
        serial_number: String::new(),
        model: model(license.model),
        grants: sold(checked, (license.seats, license.grants), license.model),
        features: license.features.map(features),
        term: term::asked(checked, license.term),
        policy: policy::patch(checked, license.policy),
        legacy: None,
        external_id: checked.optional("external_id", license.external_id, WORD),
        metadata: checked.metadata(license.metadata),
    };
    std::mem::take(checked).done()?;
    Ok(terms)
}

/// A licence of an import, whose customer was found before.
pub(crate) fn imported(checked: &mut Checked, license: admin::ImportLicense, customer_id: CustomerId) -> LicenseTerms {
    LicenseTerms {
        customer_id,
        product: checked.text("product", license.product, WORD),
        serial_number: normalize_serial_number(&checked.text("serial_number", license.serial_number, 1..=64)),
        model: model(license.model),
        grants: sold(checked, (license.seats, license.grants), license.model),
        features: license.features.map(features),
        term: term::asked(checked, license.term),
        policy: policy::patch(checked, license.policy),
        legacy: license.legacy.map(|admin::Legacy::Lease| Legacy::Lease),
        external_id: checked.optional("external_id", license.external_id, WORD),
        metadata: checked.metadata(license.metadata),
    }
}

/// A change, `now` being when the seats of the short form begin.
pub(crate) fn changed(license: admin::LicensePatch, now: Timestamp) -> Result<LicensePatch, Refused> {
    let mut checked = Checked::default();
    let grants = match (license.seats, license.grants) {
        (None, None) => None,
        (Some(seats), None) => Some(vec![Grant { starts_at: Some(now), ..of(seats) }]),
        (None, Some(given)) => Some(grants(&mut checked, given)),
        (Some(_), Some(_)) => {
            checked.note("seats", BOTH);
            None
        }
    };
    let patch = LicensePatch {
        grants,
        features: license.features.map(features),
        term: license.term.map(|given| term::asked(&mut checked, given)),
        policy: license.policy.map(|given| policy::patch(&mut checked, given)).unwrap_or_default(),
        external_id: license.external_id.map(|id| checked.optional("external_id", id, WORD)),
        metadata: license.metadata.map(|metadata| checked.metadata(metadata)),
    };
    checked.done()?;
    Ok(patch)
}

const BOTH: &str = "is short for one grant: give either seats or grants";

fn sold(checked: &mut Checked, seats: Seats, model: protocol::Model) -> Vec<Grant> {
    match seats {
        (Some(_), Some(_)) => {
            checked.note("seats", BOTH);
            Vec::new()
        }
        (Some(seats), None) => vec![of(seats)],
        (None, Some(given)) => grants(checked, given),
        (None, None) if model == protocol::Model::SingleUser => vec![of(1)],
        (None, None) => {
            checked.note("seats", "is missing");
            Vec::new()
        }
    }
}

fn of(seats: u32) -> Grant {
    Grant { seats, starts_at: None, ends_at: None, order_reference: None }
}

fn grants(checked: &mut Checked, grants: Vec<admin::GrantNew>) -> Vec<Grant> {
    let grant = |(i, grant): (usize, admin::GrantNew)| Grant {
        seats: grant.seats,
        starts_at: grant.starts_at,
        ends_at: grant.ends_at,
        order_reference: checked.optional(&format!("grants[{i}].order_reference"), grant.order_reference, WORD),
    };
    grants.into_iter().enumerate().map(grant).collect()
}

fn features(features: Vec<admin::FeatureGrant>) -> Vec<FeatureGrant> {
    features.into_iter().map(|feature| FeatureGrant { code: feature.code, ends_at: feature.ends_at }).collect()
}

pub(crate) fn model(model: protocol::Model) -> Model {
    match model {
        protocol::Model::Concurrent => Model::Concurrent,
        protocol::Model::SingleUser => Model::SingleUser,
    }
}

pub(super) fn model_told(model: Model) -> protocol::Model {
    match model {
        Model::Concurrent => protocol::Model::Concurrent,
        Model::SingleUser => protocol::Model::SingleUser,
    }
}

/// What a licence may do: that it expired follows from its term.
pub(super) fn status(license: &seatkeeper_domain::license::License, now: Timestamp) -> protocol::LicenseStatus {
    match license.status {
        Status::Revoked => protocol::LicenseStatus::Revoked,
        Status::Suspended => protocol::LicenseStatus::Suspended,
        Status::Active if license.expired(now) => protocol::LicenseStatus::Expired,
        Status::Active => protocol::LicenseStatus::Active,
    }
}

/// A licence as it stands at `now`.
pub(crate) fn license(row: LicenseRow, now: Timestamp) -> admin::License {
    let (license, counters) = (row.license, row.counters);
    let grant = |grant: &Grant| admin::Grant {
        seats: grant.seats,
        starts_at: grant.starts_at,
        ends_at: grant.ends_at,
        order_reference: grant.order_reference.clone(),
    };
    let feature = |feature: &FeatureGrant| admin::FeatureGrant { code: feature.code.clone(), ends_at: feature.ends_at };
    admin::License {
        id: license.id.0,
        customer_id: license.customer_id.0,
        product: row.product.code,
        model: model_told(license.model),
        legacy: license.legacy.map(|Legacy::Lease| admin::Legacy::Lease),
        seats: license.seats(now),
        grants: license.grants.iter().map(grant).collect(),
        in_use: counters.in_use,
        features: license.features.iter().map(feature).collect(),
        status: status(&license, now),
        term: term::term(license.term),
        policy: policy::policy(license.policy),
        serial_number: license.serial_number,
        status_reason: license.status_reason,
        devices: counters.devices,
        external_id: license.external_id,
        metadata: license.metadata.into_iter().collect(),
        created_at: license.created_at,
    }
}
