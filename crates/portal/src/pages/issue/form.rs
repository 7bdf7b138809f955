//! What the form says was sold, read into what the domain calls it.

use jiff::Timestamp;
use seatkeeper_domain::catalogue::Product;
use seatkeeper_domain::decide::LicenseTerms;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::{FeatureGrant, Grant, Model};
use seatkeeper_domain::term::Term;

use super::policy;
use crate::form::{Filled, Wrong, filled};
use crate::words::Face;

/// What the form shows mistakes beside.
pub(super) const FIELDS: &[&str] = &[
    "product",
    "seats",
    "grants",
    "features",
    "term",
    "external_id",
    "policy.grace_seconds",
    "policy.overdraft",
    "policy.renewal_grace_seconds",
];

/// What an empty form holds.
pub(super) fn empty(products: &[Product]) -> Filled {
    let first = products.first().map(|product| product.code.clone()).unwrap_or_default();
    let given = [
        ("product", first.as_str()),
        ("model", "concurrent"),
        ("seats", "5"),
        ("term", "subscription"),
        ("days", "30"),
    ];
    Filled(given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
}

/// What was sold, with what cannot be read.
pub(super) fn terms(form: &Filled, customer_id: CustomerId, face: &Face, wrong: &mut Wrong) -> LicenseTerms {
    let model = if form.get("model") == "single_user" { Model::SingleUser } else { Model::Concurrent };
    let seats = match model {
        Model::SingleUser => 1,
        Model::Concurrent => form.number("seats", wrong).unwrap_or_default(),
    };
    let grant = Grant {
        seats,
        starts_at: None,
        ends_at: day(form, "seats_until", "grants", face, wrong),
        order_reference: filled(form.get("order_reference")),
    };
    LicenseTerms {
        customer_id,
        product: form.get("product").to_owned(),
        serial_number: String::new(),
        model,
        grants: vec![grant],
        features: features(form, face, wrong),
        term: term(form, face, wrong),
        policy: policy::patch(form, wrong),
        legacy: None,
        external_id: filled(form.get("external_id")),
        metadata: serde_json::Map::new(),
    }
}

/// The last second of a day that was typed; `place` is where a mistake is shown.
fn day(form: &Filled, name: &str, place: &str, face: &Face, wrong: &mut Wrong) -> Option<Timestamp> {
    face.last_of(form.get(name), None).unwrap_or_else(|why| {
        wrong.note(place, format!("{} {why}", form.get(name)));
        None
    })
}

/// The features that were ticked, of the product that was chosen; those of a trial are all, unless some were.
fn features(form: &Filled, face: &Face, wrong: &mut Wrong) -> Option<Vec<FeatureGrant>> {
    let product = form.get("product").to_owned();
    let ticked = form.0.iter().filter(|(name, _)| name == "feature").filter_map(|(_, value)| value.split_once('/'));
    let codes: Vec<String> = ticked.filter(|(of, _)| *of == product).map(|(_, code)| code.to_owned()).collect();
    if codes.is_empty() {
        return None;
    }
    let grant = |code: String| FeatureGrant {
        ends_at: day(form, &format!("until/{product}/{code}"), "features", face, wrong),
        code,
    };
    Some(codes.into_iter().map(grant).collect())
}

fn term(form: &Filled, face: &Face, wrong: &mut Wrong) -> Term {
    let needed = |name, wrong: &mut Wrong| {
        let at = day(form, name, "term", face, wrong);
        if at.is_none() && wrong.at("term").is_none() {
            wrong.note("term", "say until which day");
        }
        at.unwrap_or_default()
    };
    match form.get("term") {
        "perpetual" => Term::Perpetual { maintenance_until: day(form, "maintenance_until", "term", face, wrong) },
        "trial" => Term::Trial { days: form.number("days", wrong).unwrap_or_default(), started_at: None },
        "education" => Term::Education { expires_at: needed("education_until", wrong) },
        _ => Term::Subscription { expires_at: needed("subscription_until", wrong) },
    }
}
