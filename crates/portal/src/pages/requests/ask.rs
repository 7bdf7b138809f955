//! Asking the vendor for more seats of a licence.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::AskSeats;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;
use uuid::Uuid;

use super::Told;
use crate::form::{Filled, Wrong};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["seats", "until", "reason"];

#[derive(Template)]
#[template(path = "requests/ask.html")]
struct Page {
    shell: Shell,
    id: Uuid,
    product: String,
    serial: String,
    in_use: u32,
    seats: u32,
    /// A request that the new one takes the place of.
    waiting: Option<Told>,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn of(visitor: &mut Visitor, row: &LicenseRow, form: Filled, wrong: Wrong) -> Self {
        let license = &row.license;
        Self {
            id: license.id.0,
            product: row.product.name.clone(),
            serial: license.serial_number.clone(),
            in_use: row.counters.in_use,
            seats: license.seats(visitor.now()),
            waiting: license.requested_at().and_then(|_| Told::of(license, &visitor.face)),
            form,
            wrong,
            shell: Shell::of(visitor, "/licenses", "Ask for seats"),
        }
    }
}

/// The form.
pub(crate) async fn form(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let row = pool(&portal, &visitor, id).await?;
    shown(&Page::of(&mut visitor, &row, Filled::default(), Wrong::default()))
}

/// Asks.
pub(crate) async fn ask(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let row = pool(&portal, &visitor, id).await?;
    let mut wrong = Wrong::default();
    let seats = form.number("seats", &mut wrong).unwrap_or_default();
    let until = visitor.face.last_of(form.get("until"), None).unwrap_or_else(|why| {
        wrong.note("until", why);
        None
    });
    if wrong.is_empty() {
        let what = AskSeats { license_id: id, seats, until, reason: form.get("reason").to_owned() };
        match portal.service.office(&visitor.admin, None, what).await {
            Ok(_) => {
                return done(
                    &format!("/licenses/{id}"),
                    "You asked for more seats. The answer will stand on this page.",
                );
            }
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    again(&Page::of(&mut visitor, &row, form, wrong))
}

/// The licence, if seats of it may be asked for.
async fn pool(portal: &Portal, visitor: &Visitor, id: LicenseId) -> Result<LicenseRow, Refused> {
    let row = portal.service.license(&visitor.admin, id).await?;
    visitor.admin.may(Permission::Support)?;
    if row.license.model == Model::Concurrent { Ok(row) } else { Err(Refused::not_found()) }
}
