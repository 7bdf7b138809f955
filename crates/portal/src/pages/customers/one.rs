//! One customer: its licences, whom to write to, who was refused lately.

use askama::Template;
use axum::extract::State;
use jiff::SignedDuration;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::Model;
use seatkeeper_service::Permission;
use seatkeeper_service::read::{DenialFilter, LicenseRow, Page as Part};
use uuid::Uuid;

use super::estate::{Estate, licenses};
use crate::named::Named;
use crate::notes;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, TermSaid, Usable, When, many};

/// How far back refusals are shown.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many of them.
const REFUSED: usize = 8;

#[derive(Template)]
#[template(path = "customers/one.html")]
struct Page {
    shell: Shell,
    customer: Customer,
    since: When,
    estate: Estate,
    licenses: Vec<License>,
    refused: Vec<Refusal>,
    notes: Vec<(String, String)>,
    may_sell: bool,
    may_manage: bool,
}

struct License {
    id: Uuid,
    serial: String,
    product: String,
    model: &'static str,
    seats: String,
    term: TermSaid,
    usable: Usable,
}

struct Refusal {
    user: String,
    device: String,
    why: String,
    at: When,
    tries: u32,
}

/// Everything of one customer that a vendor looks for first.
pub(crate) async fn customer(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<CustomerId>,
) -> Answer {
    visitor.vendor_only()?;
    let customer = portal.service.customer(&visitor.admin, id).await?;
    let rows = licenses(&portal, &visitor, id).await?;
    let since = visitor.now() - LATELY;
    let filter = DenialFilter { customer_id: Some(id), since: Some(since), ..Default::default() };
    let denials = portal.service.denials(&visitor.admin, filter, Part { after: None, limit: 200 }).await?.items;
    let face = &visitor.face;
    shown(&Page {
        since: face.day(customer.created_at),
        estate: Estate::of(&rows, face),
        licenses: rows.iter().map(|row| License::of(row, face)).collect(),
        refused: denials.into_iter().rev().take(REFUSED).map(|denial| Refusal::of(denial, face)).collect(),
        notes: customer.metadata.iter().map(|(key, value)| (key.clone(), notes::said(value))).collect(),
        may_sell: visitor.may(Permission::Sell),
        may_manage: visitor.may(Permission::People),
        shell: Shell::of(&mut visitor, "/customers", customer.name.clone()),
        customer,
    })
}

impl License {
    fn of(row: &LicenseRow, face: &Face) -> Self {
        let license = &row.license;
        let (model, seats) = match license.model {
            Model::Concurrent => {
                ("Pool", format!("{} of {}", row.counters.in_use, many(license.seats(face.now).into(), "seat")))
            }
            Model::SingleUser if row.counters.devices > 0 => ("Single user", "activated".to_owned()),
            Model::SingleUser => ("Single user", "not activated yet".to_owned()),
        };
        Self {
            id: license.id.0,
            serial: license.serial_number.clone(),
            product: row.product.name.clone(),
            model,
            seats,
            term: TermSaid::of(license, face),
            usable: Usable::of(license, face),
        }
    }
}

impl Refusal {
    fn of(denial: Denial, face: &Face) -> Self {
        Self {
            user: denial.names.user.unwrap_or_else(|| "name erased".to_owned()),
            device: denial.names.device_name.unwrap_or_default(),
            why: denial.detail,
            at: face.at(denial.first_at),
            tries: denial.tries,
        }
    }
}
