//! Answering a request: granting seats, which the licence has at once, or declining with a sentence.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use jiff::Timestamp;
use seatkeeper_domain::decide::{AnswerRequest, Verdict};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Grant;
use seatkeeper_domain::request::SeatRequest;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;

use super::list::Row;
use crate::form::{Filled, Wrong, filled};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::many;

/// What the form shows mistakes beside. The last of a licence's grants is the one that is made here.
const FIELDS: &[&str] = &["seats", "until", "said", "grants"];

#[derive(Template)]
#[template(path = "requests/answer.html")]
struct Page {
    shell: Shell,
    row: Row,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    async fn of(
        portal: &Portal,
        mut visitor: Visitor,
        (row, request): (LicenseRow, SeatRequest),
        form: Filled,
        wrong: Wrong,
    ) -> Result<Self, Refused> {
        let row = Row::of(portal, &visitor, &row, &request).await?;
        Ok(Self { row, form, wrong, shell: Shell::of(&mut visitor, "/requests", "Answer a request") })
    }
}

/// What was asked, and the form for the answer.
pub(crate) async fn read(State(portal): State<Portal>, visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let found = asked(&portal, &visitor, id).await?;
    let given = [
        ("seats", found.1.seats.to_string()),
        ("until", visitor.face.field(found.1.until)),
        ("asked_at", found.1.asked_at.to_string()),
    ];
    let form = Filled(given.map(|(name, value)| (name.to_owned(), value)).to_vec());
    shown(&Page::of(&portal, visitor, found, form, Wrong::default()).await?)
}

/// Answers it.
pub(crate) async fn answer(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let found = asked(&portal, &visitor, id).await?;
    let unread = |_| Refused::unreadable("The form was not complete. Go back, reload the page and send it again.");
    let asked_at: Timestamp = form.get("asked_at").parse().map_err(unread)?;
    let mut wrong = Wrong::default();
    let granted = form.has("verdict", "grant");
    let verdict = if granted { Verdict::Grant(grant(&form, &found.1, &visitor, &mut wrong)) } else { Verdict::Decline };
    let said = match &verdict {
        Verdict::Grant(grant) => format!("Granted: {}.", many(grant.seats.into(), "more seat")),
        Verdict::Decline => "The request is declined.".to_owned(),
    };
    if wrong.is_empty() {
        let what = AnswerRequest { license_id: id, asked_at, verdict, said: form.get("said").to_owned() };
        match portal.service.office(&visitor.admin, None, what).await {
            Ok(_) => return done("/requests", said),
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    again(&Page::of(&portal, visitor, found, form, wrong).await?)
}

fn grant(form: &Filled, request: &SeatRequest, visitor: &Visitor, wrong: &mut Wrong) -> Grant {
    let ends_at = visitor.face.last_of(form.get("until"), request.until).unwrap_or_else(|why| {
        wrong.note("until", why);
        None
    });
    Grant {
        seats: form.number("seats", wrong).unwrap_or_default(),
        starts_at: None,
        ends_at,
        order_reference: filled(form.get("order_reference")),
    }
}

/// The request that waits, and its licence.
async fn asked(portal: &Portal, visitor: &Visitor, id: LicenseId) -> Result<(LicenseRow, SeatRequest), Refused> {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Sell)?;
    let row = portal.service.license(&visitor.admin, id).await?;
    let request = row.license.request.clone().filter(|request| request.answer.is_none());
    request.map(|request| (row, *request)).ok_or_else(Refused::not_found)
}
