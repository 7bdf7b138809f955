//! Giving back all seats of a licence at once, or those of them that a search found: after a crash of a terminal server, say.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use jiff::Timestamp;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;
use serde::Deserialize;
use uuid::Uuid;

use super::list::Asked;
use super::release::unfit;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{length, many};

/// People who are named before it is done.
const NAMED: usize = 10;

/// What is sent: which seats, those taken since the page was shown left out, and why.
#[derive(Debug, Deserialize)]
pub(crate) struct Meant {
    license: Uuid,
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    /// Microseconds since 1970.
    taken_by: i64,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "sessions/all.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    license: String,
    /// `132 seats`; without a number where they would have to be counted.
    seats: String,
    none: bool,
    named: Vec<(String, String)>,
    others: Option<String>,
    told_within: String,
    grace: String,
    taken_by: i64,
    reason: String,
    wrong: Option<String>,
}

/// What will happen, before anything does.
pub(crate) async fn ask(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let row = license(&portal, &visitor, &asked).await?;
    shown(&page(&portal, &mut visitor, asked, &row, String::new(), None).await?)
}

/// Releases them.
pub(crate) async fn release(State(portal): State<Portal>, mut visitor: Visitor, Form(meant): Form<Meant>) -> Answer {
    let Meant { license: id, q, state, taken_by, reason } = meant;
    let asked = Asked::of_license(id, q, state);
    let row = license(&portal, &visitor, &asked).await?;
    if let Some(wrong) = unfit(&reason) {
        return again(&page(&portal, &mut visitor, asked, &row, reason, Some(wrong)).await?);
    }
    let taken_by = Timestamp::from_microsecond(taken_by).unwrap_or(visitor.now());
    let all = portal.service.release_all(&visitor.admin, &asked.filter(), taken_by, reason.trim()).await?;
    let is = if all.released == 1 { "is" } else { "are" };
    let mut said = format!("{} {is} free again.", many(all.released, "seat"));
    if let Some(until) = all.overlap_until.filter(|until| *until > visitor.now()) {
        said += &format!(
            " Where a program has no contact, it can go on until {} without knowing.",
            visitor.face.at(until).said()
        );
    }
    if all.more {
        said += " There are more: release all once again.";
    }
    done(&asked.here(), said)
}

/// The licence that is meant; nobody empties all of them at once.
async fn license(portal: &Portal, visitor: &Visitor, asked: &Asked) -> Result<LicenseRow, Refused> {
    visitor.admin.may(Permission::Support)?;
    let id = asked
        .license
        .ok_or_else(|| Refused::unreadable("Choose a licence first: its seats are released, no others."))?;
    Ok(portal.service.license(&visitor.admin, id.into()).await?)
}

async fn page(
    portal: &Portal,
    visitor: &mut Visitor,
    asked: Asked,
    row: &LicenseRow,
    reason: String,
    wrong: Option<String>,
) -> Result<Page, Refused> {
    let found = portal.service.seats(&visitor.admin, asked.filter(), asked.page()).await?;
    let named = found.rows.iter().take(NAMED).map(|row| {
        let names = row.session.names.clone();
        (names.user.unwrap_or_default(), names.device_name.unwrap_or_default())
    });
    let named: Vec<_> = named.collect();
    let others = match found.total {
        Some(total) => total - named.len() as u64,
        None => (found.rows.len() - named.len()) as u64,
    };
    let policy = &row.license.policy;
    Ok(Page {
        license: format!("{} {}", row.product.name, row.license.serial_number),
        seats: found.total.map_or_else(|| "seats".to_owned(), |total| many(total, "seat")),
        none: found.rows.is_empty() && found.after.is_none(),
        others: (others > 0).then(|| match found.total {
            Some(_) => many(others, "other"),
            None => "others".to_owned(),
        }),
        named,
        told_within: length(policy.refresh_seconds.into()),
        grace: length(policy.grace_seconds.into()),
        taken_by: visitor.now().as_microsecond(),
        shell: Shell::of(visitor, "/sessions", "Release all"),
        asked,
        reason,
        wrong,
    })
}
