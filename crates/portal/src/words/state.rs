//! How a seat stands, in a word and a colour.

use jiff::Timestamp;
use seatkeeper_service::read::SessionRow;

use super::{Face, When};

/// How the seat of a session stands.
pub(crate) enum State {
    /// Its lease is good.
    Live,
    /// Nothing was heard since its lease ended; its holder may still be at work.
    Silent(When),
    /// Its holder's grace is over and the seat is not back: until then, or until somebody releases it.
    Held(Option<When>),
    /// It is back.
    Ended(When),
}

impl State {
    pub(crate) fn of(row: &SessionRow, face: &Face) -> Self {
        match row.session.ended {
            Some((at, _)) => Self::Ended(face.at(at)),
            None if row.lease_until > face.now => Self::Live,
            None if row.grace_until > face.now => Self::Silent(face.at(row.refreshed_at)),
            None => Self::Held(row.back_by.filter(|at: &Timestamp| *at > face.now).map(|at| face.at(at))),
        }
    }

    /// The class that colours it.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Silent(_) => "silent",
            Self::Held(_) => "held",
            Self::Ended(_) => "ended",
        }
    }

    /// The word before the time.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Live => "Live",
            Self::Silent(_) => "Silent since",
            Self::Held(Some(_)) => "Held until",
            Self::Held(None) => "Held until released",
            Self::Ended(_) => "Ended",
        }
    }

    /// The time after the word.
    pub(crate) fn when(&self) -> Option<&When> {
        match self {
            Self::Live | Self::Held(None) => None,
            Self::Silent(at) | Self::Held(Some(at)) | Self::Ended(at) => Some(at),
        }
    }
}
