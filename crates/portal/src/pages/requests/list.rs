//! The requests that wait for the vendor's answer.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::request::SeatRequest;
use seatkeeper_service::Permission;
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page as Part};
use serde::Deserialize;
use uuid::Uuid;

use crate::pages::asks::{Row as Ask, waiting};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{When, many};

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "requests/list.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<Uuid>,
    may_answer: bool,
    /// Visitors who ask for education licences.
    education: Vec<Ask>,
}

/// A request, with what helps to answer it.
pub(super) struct Row {
    pub(super) license: Uuid,
    pub(super) customer: (Uuid, String),
    pub(super) product: String,
    pub(super) serial: String,
    pub(super) in_use: u32,
    pub(super) seats: u32,
    pub(super) more: String,
    pub(super) until: Option<When>,
    pub(super) reason: String,
    pub(super) asked: When,
}

/// Who waits for an answer.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    let filter = LicenseFilter { requested: true, ..Default::default() };
    let found = portal.service.licenses(&visitor.admin, filter, Part { after: asked.after, limit: ROWS }).await?;
    let mut rows = Vec::with_capacity(found.items.len());
    for license in &found.items {
        if let Some(request) = &license.license.request {
            rows.push(Row::of(&portal, &visitor, license, request).await?);
        }
    }
    let may_answer = visitor.may(Permission::Sell);
    let education = waiting(&portal, &visitor).await?;
    shown(&Page {
        rows,
        next: found.next,
        may_answer,
        education,
        shell: Shell::live(&mut visitor, "/requests", "Requests"),
    })
}

impl Row {
    pub(super) async fn of(
        portal: &Portal,
        visitor: &Visitor,
        row: &LicenseRow,
        request: &SeatRequest,
    ) -> Result<Self, Refused> {
        let customer = portal.service.customer(&visitor.admin, row.license.customer_id).await?;
        let face = &visitor.face;
        Ok(Self {
            license: row.license.id.0,
            customer: (customer.id.0, customer.name),
            product: row.product.name.clone(),
            serial: row.license.serial_number.clone(),
            in_use: row.counters.in_use,
            seats: row.license.seats(face.now),
            more: many(request.seats.into(), "more seat"),
            until: request.until.map(|at| face.day(at)),
            reason: request.reason.clone(),
            asked: face.ago(request.asked_at),
        })
    }
}
