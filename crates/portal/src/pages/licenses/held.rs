//! Who held a licence's seats at any instant, whether somebody was refused then or not.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use jiff::civil::DateTime;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::SEATED;
use serde::Deserialize;

use super::frame::Frame;
use crate::named::Named;
use crate::parts::Seated;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When, many};

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// A day and a time where the reader is; now where it is left out.
    #[serde(default)]
    at: String,
}

#[derive(Template)]
#[template(path = "licenses/held.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    /// What stands in the form.
    field: String,
    wrong: Option<&'static str>,
    at: When,
    /// How many there were, where all are shown.
    count: String,
    seated: Seated,
}

/// Who held them.
pub(crate) async fn held(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    let face = &visitor.face;
    let (at, wrong) = match instant(&asked.at, face) {
        Ok(at) => (at, None),
        Err(wrong) => (face.now, Some(wrong)),
    };
    let rows = portal.service.seated_at(&visitor.admin, id, at).await?;
    let seated = Seated::of(&rows, row.license.customer_id, at, face);
    let local = at.to_zoned(face.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    shown(&Page {
        field: if wrong.is_some() { asked.at } else { local },
        wrong,
        at: face.at(at),
        count: match seated.len() >= SEATED as usize {
            true => format!("those {SEATED} that came back first"),
            false => many(seated.len() as u64, "seat"),
        },
        seated,
        shell: Shell::of(&mut visitor, "/licenses", frame.title("Seats held")),
        frame,
    })
}

/// What was typed, as the instant it means where the reader is.
fn instant(typed: &str, face: &Face) -> Result<jiff::Timestamp, &'static str> {
    const NO_TIME: &str = "is no time; write it like 2027-03-31T09:03";
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(face.now);
    }
    let local = typed.replace(' ', "T").parse::<DateTime>().map_err(|_| NO_TIME)?;
    let at = local.to_zoned(face.zone.clone()).map_err(|_| NO_TIME)?.timestamp();
    // The minute that is now is not over yet.
    if at > face.now { Err("is yet to come") } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_time_is_the_readers_own() {
        let face = Face { now: "2026-11-22T07:00:00Z".parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() };
        let at = |typed| instant(typed, &face).map(|at| at.to_string());
        assert_eq!(at("2026-11-16T09:03"), Ok("2026-11-16T08:03:00Z".to_owned()));
        assert_eq!(at("2026-11-16 09:03:30"), Ok("2026-11-16T08:03:30Z".to_owned()));
        assert_eq!(at(" "), Ok(face.now.to_string()));
        assert_eq!(at("2026-11-22T08:01"), Err("is yet to come"));
        for typed in ["9:03", "yesterday", "2026-02-30T09:03", "99999-01-01T00:00"] {
            assert!(at(typed).unwrap_err().contains("is no time"), "{typed}");
        }
    }
}
