//! Three verbs that are not the same: suspend pauses, resume lifts the pause, revoke ends for ever.

use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::{Resume, Revoke, Suspend};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;

use super::confirm::{Given, Question};
use super::frame::Frame;
use crate::named::Named;
use crate::portal::Portal;
use crate::shown::Answer;
use crate::visitor::Visitor;
use crate::words::{length, many};

/// What suspending means, before it is done.
pub(crate) async fn ask_suspend(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Suspend)?;
    suspending(&frame, &row).ask(&mut visitor, frame)
}

/// Suspends it.
pub(crate) async fn suspend(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(given): Form<Given>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Suspend)?;
    let said = format!("{} is suspended.", frame.serial);
    let what = |reason| Suspend { license_id: id, reason }.into();
    suspending(&frame, &row).act(&portal, &mut visitor, frame, given, said, what).await
}

fn suspending(frame: &Frame, row: &LicenseRow) -> Question {
    let policy = &row.license.policy;
    Question {
        asks: format!("Suspend {}?", frame.serial),
        means: vec![
            "From now on nobody starts the program with this licence. Seats stay with those who have them.".to_owned(),
            format!(
                "{} in use. Each open program learns of it within {}, says so, and stays open: work can be saved.",
                are(row),
                length(policy.refresh_seconds.into())
            ),
            "Resuming is enough to lift it: programs then go on by themselves.".to_owned(),
        ],
        here: format!("{}/suspend", frame.home()),
        back: frame.home(),
        verb: "Suspend",
        example: "Invoice 4711 is 60 days overdue",
        typed: None,
    }
}

/// What resuming means, before it is done.
pub(crate) async fn ask_resume(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Suspend)?;
    resuming(&frame).ask(&mut visitor, frame)
}

/// Resumes it.
pub(crate) async fn resume(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(given): Form<Given>,
) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Suspend)?;
    let said = format!("{} may be used again.", frame.serial);
    let what = |reason| Resume { license_id: id, reason }.into();
    resuming(&frame).act(&portal, &mut visitor, frame, given, said, what).await
}

fn resuming(frame: &Frame) -> Question {
    Question {
        asks: format!("Resume {}?", frame.serial),
        means: vec!["It may be used again at once. Programs that are still open go on by themselves.".to_owned()],
        here: format!("{}/resume", frame.home()),
        back: frame.home(),
        verb: "Resume",
        example: "Invoice 4711 is paid",
        typed: None,
    }
}

/// What revoking means, before it is done.
pub(crate) async fn ask_revoke(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Finish)?;
    revoking(&frame, &row).ask(&mut visitor, frame)
}

/// Revokes it.
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(given): Form<Given>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    visitor.admin.may(Permission::Finish)?;
    let said = format!("{} is revoked.", frame.serial);
    let what = |reason| Revoke { license_id: id, reason }.into();
    revoking(&frame, &row).act(&portal, &mut visitor, frame, given, said, what).await
}

fn revoking(frame: &Frame, row: &LicenseRow) -> Question {
    let policy = &row.license.policy;
    Question {
        asks: format!("Revoke {} for ever?", frame.serial),
        means: vec![
            "This cannot be undone. Nobody can use this licence again, on any device; to pause it, suspend it instead."
                .to_owned(),
            format!(
                "{} in use and will end. A program that has contact learns of it within {}, says so, and stays open: work \
                 can be saved.",
                are(row),
                length(policy.refresh_seconds.into())
            ),
            format!("A program without contact can go on for {} at most.", length(policy.grace_seconds.into())),
        ],
        here: format!("{}/revoke", frame.home()),
        back: frame.home(),
        verb: "Revoke",
        example: "Returned under order 2026-1183",
        typed: Some(frame.serial.clone()),
    }
}

/// `3 seats are`.
fn are(row: &LicenseRow) -> String {
    let is = if row.counters.in_use == 1 { "is" } else { "are" };
    format!("{} {is}", many(row.counters.in_use.into(), "seat"))
}
