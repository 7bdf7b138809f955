//! Refusals as episodes: one holder's repeats within a quarter of an hour are one, with how it ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::holder::{HolderKey, Names};
use crate::id::{ActivationId, DenialId, LicenseId};
use crate::term::after;

/// How an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A seat was granted.
    Granted,
    /// Nothing more was heard.
    GaveUp,
}

/// Repeats within this many seconds of the last try belong to one episode.
pub const EPISODE_SECONDS: i64 = 15 * 60;

/// An episode of refusals, with what is needed to explain it a month later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Its id.
    pub id: DenialId,
    /// The licence that was asked.
    pub license_id: LicenseId,
    /// Who was refused, as one.
    pub holder: HolderKey,
    /// The device, where it was admitted.
    pub activation_id: Option<ActivationId>,
    /// The names people read.
    pub names: Names,
    /// The program's version.
    pub version: String,
    /// The refusal's stable code.
    pub code: String,
    /// The sentence that was said.
    pub detail: String,
    /// How often it was tried.
    pub tries: u32,
    /// The first try.
    pub first_at: Timestamp,
    /// The last try.
    pub last_at: Timestamp,
    /// Seats of the licence at the first try.
    pub seats: u32,
    /// Seats held at the first try.
    pub in_use: u32,
    /// How it ended, and when; open until then.
    pub outcome: Option<(Timestamp, Outcome)>,
}

impl Denial {
    /// Whether a try at `now` belongs to it.
    pub fn continues(&self, now: Timestamp) -> bool {
        self.outcome.is_none() && now <= after(self.last_at, EPISODE_SECONDS)
    }

    /// How it ended, as is known at `now`: that nothing more was heard is not written down until somebody asks again.
    pub fn ended(&self, now: Timestamp) -> Option<Outcome> {
        match self.outcome {
            Some((_, outcome)) => Some(outcome),
            None if self.continues(now) => None,
            None => Some(Outcome::GaveUp),
        }
    }
}
