//! How a seat stands, in a word and a colour.

use seatkeeper_service::read::SessionRow;
use seatkeeper_service::read::seats::SeatState;

use super::{Face, When};

/// How the seat of a session stands, to be shown.
pub(crate) struct Standing {
    /// The class that colours it.
    pub(crate) class: &'static str,
    /// The word, before the time if there is one.
    pub(crate) word: &'static str,
    pub(crate) when: Option<When>,
}

impl Standing {
    pub(crate) fn of(row: &SessionRow, face: &Face) -> Self {
        let until = row.back_by.filter(|at| *at > face.now);
        let (class, word, when) = match row.seat_state(face.now) {
            Some(SeatState::Live) => ("live", "Live", None),
            Some(SeatState::Silent) => ("silent", "Silent since", Some(row.refreshed_at)),
            Some(SeatState::Held) if until.is_some() => ("held", "Held until", until),
            Some(SeatState::Held) if row.back_by.is_none() => ("held", "Held until released", None),
            Some(SeatState::Held) => ("held", "Due back", None),
            None => ("ended", "Ended", row.session.ended.map(|(at, _)| at)),
        };
        Self { class, word, when: when.map(|at| face.at(at)) }
    }
}
