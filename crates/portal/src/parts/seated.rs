//! Who held a licence's seats at an instant, and how each seat came back.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::session::EndReason;
use seatkeeper_service::read::SessionRow;

use super::Who;
use crate::words::{Face, When, length};

/// The table.
#[derive(Template)]
#[template(path = "parts/seated.html")]
pub(crate) struct Seated {
    rows: Vec<Row>,
}

struct Row {
    who: Who,
    since: When,
    back: Option<When>,
    /// How long after the instant, and how it came back.
    how: String,
}

impl HtmlSafe for Seated {}

impl Seated {
    /// Those who held seats of a customer's licence at `at`.
    pub(crate) fn of(seated: &[SessionRow], customer: CustomerId, at: Timestamp, face: &Face) -> Self {
        let row = |row: &SessionRow| Row {
            who: Who::of(&row.session.names, customer, Some(row.session.activation_id)),
            since: face.at(row.session.started_at),
            back: row.session.ended.map(|(at, _)| face.at(at)),
            how: how(row, at),
        };
        Self { rows: seated.iter().map(row).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

fn how(row: &SessionRow, at: Timestamp) -> String {
    match row.session.ended {
        None => "still holds it".to_owned(),
        Some((end, why)) => {
            let later = (end.as_second() - at.as_second()).max(0);
            let later = if later < 60 { "within a minute".to_owned() } else { length(later / 60 * 60) + " later" };
            format!("{later}, {}", ended_by(why))
        }
    }
}

/// How a seat came back.
pub(crate) fn ended_by(why: EndReason) -> &'static str {
    match why {
        EndReason::Returned => "given back",
        EndReason::Died => "its program had died",
        EndReason::Released => "released by an administrator",
        EndReason::Reclaimed => "taken back when it was due",
        EndReason::ActivationEnded => "its device was given up",
        EndReason::Blocked => "blocked",
        EndReason::LicenseRevoked => "the licence was revoked",
    }
}
