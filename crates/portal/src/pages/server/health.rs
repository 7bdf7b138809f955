//! Whether everything is all right, and what is not.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::signing::Stage;
use seatkeeper_service::{Health, Permission};

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When, many};

/// The books answer within this many milliseconds, or an administrator should look why not.
const SLOW: u128 = 250;
/// So many commands may wait before people notice.
const MANY: usize = 500;
/// A signing key may be this many days old before a new one is advised.
const OLD_DAYS: i64 = 400;

#[derive(Template)]
#[template(path = "server/health.html")]
struct Page {
    shell: Shell,
    well: bool,
    checks: Vec<Check>,
    version: &'static str,
    issuer: String,
    now: When,
    events: String,
}

/// One thing that was looked at.
struct Check {
    name: &'static str,
    /// The class that colours it: `live` is well, `silent` is worth a look, `limit` is wrong.
    class: &'static str,
    word: &'static str,
    said: String,
}

/// How the server is.
pub(crate) async fn health(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let health = portal.service.health(&visitor.admin).await?;
    let face = &visitor.face;
    let checks = vec![books(&health), queue(&health), jobs(&health), mails(&health), signing(&health, face)];
    shown(&Page {
        well: checks.iter().all(|check| check.class == "live"),
        checks,
        version: env!("CARGO_PKG_VERSION"),
        now: face.at(face.now),
        events: many(health.lanes.iter().map(|lane| lane.number).sum(), "event"),
        issuer: health.issuer,
        shell: Shell::of(&mut visitor, "/server", "Server"),
    })
}

impl Check {
    fn well(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, class: "live", word: "Well", said: said.into() }
    }

    fn look(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, class: "silent", word: "Look", said: said.into() }
    }

    fn wrong(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, class: "limit", word: "Wrong", said: said.into() }
    }
}

fn books(health: &Health) -> Check {
    let took = health.books_took.as_millis();
    match &health.not_ready {
        Some(why) => Check::wrong("Books", format!("Nothing can be granted: {why}.")),
        None if took > SLOW => {
            Check::look("Books", format!("They took {took} ms to answer: is the disk or the database busy?"))
        }
        None => Check::well("Books", format!("They answer, within {} ms.", took.max(1))),
    }
}

fn queue(health: &Health) -> Check {
    let waiting = many(health.waiting as u64, "request");
    let writers = many(health.writers as u64, "writer");
    match health.waiting {
        0..MANY => Check::well("Queue", format!("{waiting} waiting for {writers}.")),
        _ => Check::look("Queue", format!("{waiting} waiting for {writers}: people may notice.")),
    }
}

fn jobs(health: &Health) -> Check {
    match health.endings {
        0 => Check::well("Jobs", "Nothing is left to be finished."),
        count => Check::look(
            "Jobs",
            format!(
                "{} of what was revoked, ended or blocked: its seats are still being freed. This passes within seconds.",
                count
            ),
        ),
    }
}

fn mails(health: &Health) -> Check {
    match health.mails {
        0 => Check::well("Mail", "No mail waits to be sent."),
        count => {
            Check::look("Mail", format!("{} to be sent: does the mail server answer?", many(count as u64, "mail")))
        }
    }
}

fn signing(health: &Health, face: &Face) -> Check {
    let Some(current) = health.keys.iter().find(|key| key.stage == Stage::Current) else {
        return Check::wrong("Signing key", "There is none, so that nothing can be granted. Add one.");
    };
    let (days, since) = (face.now.duration_since(current.created_at).as_hours() / 24, face.day(current.created_at));
    match days {
        0..OLD_DAYS => Check::well("Signing key", format!("{} signs, made on {}.", current.kid, since.said())),
        _ => Check::look(
            "Signing key",
            format!("{} signs since {}: add a new one and let it sign.", current.kid, since.said()),
        ),
    }
}
