//! Giving seats back for people who forgot to: what each of them will notice is said before it is done.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::Release;
use seatkeeper_service::{Failure, Permission};
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{When, length, many};

/// Seats released at once, at most: as many as a page of the list shows.
const MOST: usize = 200;
/// What may be written as a reason, in characters.
const REASON: usize = 500;

/// Which sessions are meant.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Meant {
    #[serde(default)]
    id: Vec<Uuid>,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "sessions/release.html")]
struct Page {
    shell: Shell,
    holders: Vec<Holder>,
    reason: String,
    wrong: Option<String>,
}

/// Somebody whose seat is to be given back, and what that means for them.
struct Holder {
    id: Uuid,
    user: String,
    device: String,
    product: String,
    copies: u32,
    heard: When,
    /// How soon a program that has contact learns of it.
    told_within: String,
    /// Until when one without contact can go on.
    overlap_until: Option<When>,
}

/// What will happen, before anything does.
pub(crate) async fn ask(State(portal): State<Portal>, mut visitor: Visitor, Query(meant): Query<Meant>) -> Answer {
    visitor.admin.may(Permission::Support)?;
    let holders = holders(&portal, &visitor, &meant.id).await?;
    let shell = Shell::of(&mut visitor, "/sessions", "Release");
    shown(&Page { shell, holders, reason: String::new(), wrong: None })
}

/// Releases them.
pub(crate) async fn release(State(portal): State<Portal>, mut visitor: Visitor, Form(meant): Form<Meant>) -> Answer {
    visitor.admin.may(Permission::Support)?;
    let reason = meant.reason.trim();
    let wrong = unfit(reason);
    if wrong.is_some() {
        let holders = holders(&portal, &visitor, &meant.id).await?;
        let shell = Shell::of(&mut visitor, "/sessions", "Release");
        return again(&Page { shell, holders, reason: meant.reason, wrong });
    }
    let mut latest = None;
    let mut released = 0;
    for id in bounded(&meant.id)? {
        let what = Release { session_id: (*id).into(), reason: reason.to_owned() };
        match portal.service.office(&visitor.admin, None, what).await {
            Ok(answer) => {
                released += 1;
                if let Done::Released { overlap_until, .. } = answer.done {
                    latest = latest.max(overlap_until);
                }
            }
            // Given back by themselves meanwhile, and forgotten: what was wanted is so.
            Err(Failure::Refused { .. }) if meant.id.len() > 1 => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let seats = many(released, "seat");
    let is = if released == 1 { "is" } else { "are" };
    let overlap = latest.filter(|until| *until > visitor.now()).map(|until| {
        let until = visitor.face.at(until);
        format!(" Where a program has no contact, it can go on until {} without knowing.", until.said())
    });
    done("/sessions", format!("{seats} {is} free again.{}", overlap.unwrap_or_default()))
}

/// What is wrong with a reason, if anything is.
pub(super) fn unfit(reason: &str) -> Option<String> {
    match reason.trim().chars().count() {
        0 => {
            Some("Say why: whoever held the seat, and whoever reads the activity later, will want to know.".to_owned())
        }
        1..=REASON => None,
        _ => Some(format!("At most {REASON} characters.")),
    }
}

fn bounded(ids: &[Uuid]) -> Result<&[Uuid], Refused> {
    match ids.len() {
        0 => Err(Refused::unreadable("No session was chosen. Go back and tick those whose seats are to be released.")),
        1..=MOST => Ok(ids),
        _ => Err(Refused::unreadable(format!("At most {MOST} seats are released at once."))),
    }
}

/// Those of them that still hold a seat.
async fn holders(portal: &Portal, visitor: &Visitor, ids: &[Uuid]) -> Result<Vec<Holder>, Refused> {
    let mut holders = Vec::new();
    for id in bounded(ids)? {
        let row = portal.service.session(&visitor.admin, (*id).into()).await?;
        if !row.session.live() {
            continue;
        }
        let license = portal.service.license(&visitor.admin, row.session.license_id).await?;
        let face = &visitor.face;
        let names = row.session.names;
        holders.push(Holder {
            id: *id,
            user: names.user.unwrap_or_default(),
            device: names.device_name.unwrap_or_default(),
            product: license.product.name,
            copies: row.session.checkouts,
            heard: face.ago(row.refreshed_at),
            told_within: length(license.license.policy.refresh_seconds.into()),
            overlap_until: (row.grace_until > face.now).then(|| face.at(row.grace_until)),
        });
    }
    Ok(holders)
}
