//! Licences as people read them: a table of many, a page of one.

use clap::{Args, ValueEnum};
use seatkeeper_protocol::admin::{License, Policy, Term};
use seatkeeper_protocol::{Hold, LicenseStatus, Model};
use serde_json::Value;

use super::{Desk, Length};
use crate::admin::{Listing, Names, Of};
use crate::arguments::{shown_instant, shown_seconds};
use crate::out::details;

/// Which licences are meant.
#[derive(Debug, Args)]
pub(super) struct Whose {
    /// Of this customer: its id, your own id for it, or its exact name
    #[arg(long)]
    customer: Option<String>,
    /// Of this product: its code
    #[arg(long)]
    product: Option<String>,
}

impl Whose {
    /// The server's words for it.
    pub(super) fn query(&self, desk: &Desk<'_>) -> anyhow::Result<[(&'static str, Option<String>); 2]> {
        let customer = self.customer.as_deref().map(|word| desk.client.customer_id(word)).transpose()?;
        let product = self.product.as_deref().map(|word| desk.client.product(word)).transpose()?;
        Ok([
            ("customer_id", customer.map(|id| id.to_string())),
            ("product_id", product.map(|product| product.id.to_string())),
        ])
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Of this model
    #[arg(long)]
    model: Option<ModelArg>,
    /// With your own id for it
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    #[command(flatten)]
    length: Length,
}

/// How a licence counts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ModelArg {
    /// A pool: any number of people, so many at once
    Concurrent,
    /// One device, one person at a time
    #[value(alias = "single_user")]
    SingleUser,
}

impl ModelArg {
    pub(super) fn wire(self) -> Model {
        match self {
            ModelArg::Concurrent => Model::Concurrent,
            ModelArg::SingleUser => Model::SingleUser,
        }
    }
}

const HEAD: &[&str] =
    &["serial number", "customer", "product", "model", "in use", "seats", "devices", "status", "term", "id"];
const NONE: &str = "There are no licences yet: `seatkeeper license issue` issues one, `license import` brings in many.";

impl List {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let [customer, product] = self.whose.query(desk)?;
        let query = [
            customer,
            product,
            ("model", self.model.map(|model| word(&model.wire()))),
            ("external_id", self.external_id.clone()),
        ];
        let of = Some(Of::Customers);
        desk.list(&Listing { path: "/v1/licenses", query: &query, head: HEAD, of, none: NONE }, &self.length, row)
    }
}

/// How a word of the protocol is spelt there.
fn word(word: &impl serde::Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn row(license: &License, customers: &Names) -> Vec<String> {
    vec![
        license.serial_number.clone(),
        customers.of(license.customer_id),
        license.product.clone(),
        model(license).to_owned(),
        license.in_use.to_string(),
        license.seats.to_string(),
        license.devices.to_string(),
        status(license.status).to_owned(),
        term(&license.term),
        license.id.to_string(),
    ]
}

/// Prints a licence, a line for each thing known of it; with its product key where it was just issued.
pub(super) fn page(desk: &Desk<'_>, answer: &Value) -> anyhow::Result<()> {
    let customers = desk.names(Of::Customers, std::slice::from_ref(answer));
    let product_key = answer["product_key"].as_str().map(str::to_owned);
    desk.show(answer, |license: License| details(&lines(&license, product_key, &customers)))
}

fn lines(license: &License, product_key: Option<String>, customers: &Names) -> Vec<(&'static str, Option<String>)> {
    let mut lines = vec![
        ("serial number", Some(license.serial_number.clone())),
        ("product key", product_key),
        ("customer", Some(customers.of(license.customer_id))),
        ("product", Some(license.product.clone())),
        ("model", Some(model(license).to_owned())),
        ("status", Some(status(license.status).to_owned())),
        ("because", license.status_reason.clone()),
        ("seats", Some(format!("{} in use of {}", license.in_use, license.seats))),
    ];
    lines.extend(license.grants.iter().map(|grant| {
        let from = grant.starts_at.map(|at| format!(", from {}", shown_instant(at))).unwrap_or_default();
        let to = grant.ends_at.map(|at| format!(", until {}", shown_instant(at))).unwrap_or_default();
        let order = grant.order_reference.as_ref().map(|order| format!(", order {order}")).unwrap_or_default();
        ("grant", Some(format!("{}{from}{to}{order}", grant.seats)))
    }));
    let features = license.features.iter().map(|feature| match feature.ends_at {
        Some(at) => format!("{} until {}", feature.code, shown_instant(at)),
        None => feature.code.clone(),
    });
    let features: Vec<String> = features.collect();
    lines.extend([
        ("features", Some(features.join(", ")).filter(|list| !list.is_empty())),
        ("term", Some(term(&license.term))),
        ("policy", Some(policy(&license.policy))),
        ("devices", Some(license.devices.to_string())),
        ("external id", license.external_id.clone()),
        ("issued", Some(shown_instant(license.created_at))),
        ("customer id", Some(license.customer_id.to_string())),
        ("id", Some(license.id.to_string())),
    ]);
    lines
}

fn model(license: &License) -> &'static str {
    match (license.model, license.legacy.is_some()) {
        (Model::Concurrent, _) => "concurrent",
        (Model::SingleUser, false) => "single user",
        (Model::SingleUser, true) => "single user (legacy lease)",
    }
}

fn status(status: LicenseStatus) -> &'static str {
    match status {
        LicenseStatus::Active => "active",
        LicenseStatus::Suspended => "suspended",
        LicenseStatus::Revoked => "revoked",
        LicenseStatus::Expired => "expired",
    }
}

fn term(term: &Term) -> String {
    match term {
        Term::Perpetual { maintenance_until: None } => "perpetual".to_owned(),
        Term::Perpetual { maintenance_until: Some(at) } => {
            format!("perpetual, maintenance until {}", shown_instant(*at))
        }
        Term::Subscription { expires_at } => format!("subscription until {}", shown_instant(*expires_at)),
        Term::Education { expires_at } => format!("education until {}", shown_instant(*expires_at)),
        Term::Trial { expires_at: Some(at), .. } => format!("trial until {}", shown_instant(*at)),
        Term::Trial { days, .. } => format!("trial of {days} days from the first activation"),
    }
}

fn policy(policy: &Policy) -> String {
    let hold = match policy.hold {
        Hold::Lease => "until the lease ends",
        Hold::Grace => "until the grace ends",
        Hold::Indefinite => "until returned",
    };
    let limit = |what: &str, limit: Option<u32>| limit.map(|n| format!(", {what} {n}")).unwrap_or_default();
    format!(
        "lease {}, refresh {}, grace {}, held {hold}, counted by {}{}{}{}{}",
        shown_seconds(policy.lease_seconds),
        shown_seconds(policy.refresh_seconds),
        shown_seconds(policy.grace_seconds),
        word(&policy.count_by),
        limit("overdraft", Some(policy.overdraft).filter(|n| *n > 0)),
        limit("devices at most", policy.devices),
        limit("holders on a device at most", policy.holders_per_device),
        limit("moves a year", policy.moves_per_year),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_license_is_a_page_for_people() {
        let license: License = serde_json::from_value(json!({
            "id": "01890000-0000-7000-8000-000000000001", "customer_id": "01890000-0000-7000-8000-000000000002",
            "serial_number": "SN-7F3K-22QM-81", "product": "planner", "model": "concurrent", "legacy": null,
            "seats": 15, "grants": [
                { "seats": 10, "starts_at": null, "ends_at": null, "order_reference": null },
                { "seats": 5, "starts_at": null, "ends_at": "2027-03-31T23:59:59Z", "order_reference": "PO-77" }
            ],
            "in_use": 7, "features": [{ "code": "bim" }, { "code": "4d", "ends_at": "2027-03-31T23:59:59Z" }],
            "term": { "kind": "subscription", "expires_at": "2027-12-31T23:59:59Z" },
            "policy": {
                "lease_seconds": 1200, "refresh_seconds": 300, "grace_seconds": 172_800, "hold": "grace", "count_by": "holder",
                "overdraft": 2, "show_holders": false, "devices": null, "holders_per_device": null,
                "renewal_grace_seconds": 0, "moves_per_year": null
            },
            "status": "active", "status_reason": null, "devices": 9, "external_id": null, "metadata": {}, "created_at": "2026-11-21T08:00:00Z"
        }))
        .unwrap();
        assert_eq!(
            details(&lines(&license, None, &Names::default())),
            "serial number  SN-7F3K-22QM-81
customer       01890000-0000-7000-8000-000000000002
product        planner
model          concurrent
status         active
seats          7 in use of 15
grant          10
grant          5, until 2027-03-31 23:59Z, order PO-77
features       bim, 4d until 2027-03-31 23:59Z
term           subscription until 2027-12-31 23:59Z
policy         lease 20m, refresh 5m, grace 2d, held until the grace ends, counted by holder, overdraft 2
devices        9
issued         2026-11-21 08:00Z
customer id    01890000-0000-7000-8000-000000000002
id             01890000-0000-7000-8000-000000000001"
        );
    }
}
