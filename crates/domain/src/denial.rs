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

/// What a request was called by the server that answered it: told with every refusal, so that a person can read it out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub String);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Requests that are kept of an episode: those of its first tries, so many, and of its last, so many. A program that asks
/// every second for a day costs no more.
pub const FIRST_REQUESTS: usize = 8;
/// See [`FIRST_REQUESTS`].
pub const LAST_REQUESTS: usize = 8;

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
    /// The requests that are kept, each at the place that [`Denial::slot`] has for its try; none of tries that were written
    /// down before requests were.
    pub requests: Vec<RequestId>,
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
    /// The place of a try among the requests that are kept, `tries` being its number from 1: the last ones take turns.
    pub fn slot(tries: u32) -> usize {
        let before = tries.saturating_sub(1) as usize;
        if before < FIRST_REQUESTS { before } else { FIRST_REQUESTS + (before - FIRST_REQUESTS) % LAST_REQUESTS }
    }

    /// One more try.
    #[must_use]
    pub fn tried(self, request: RequestId, now: Timestamp) -> Self {
        let tries = self.tries.saturating_add(1);
        let mut requests = self.requests;
        match requests.get_mut(Self::slot(tries)) {
            Some(place) => *place = request,
            None => requests.push(request),
        }
        Self { tries, requests, last_at: now, ..self }
    }

    /// The request of the last try, where it is known.
    pub fn last_request(&self) -> Option<&RequestId> {
        self.requests.get(Self::slot(self.tries))
    }

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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tried(tries: u32) -> Denial {
        let first = Denial {
            id: Uuid::nil().into(),
            license_id: Uuid::nil().into(),
            holder: HolderKey::nobody(Uuid::nil()),
            activation_id: None,
            names: Names::default(),
            version: String::new(),
            code: String::new(),
            detail: String::new(),
            tries: 1,
            requests: vec![RequestId("1".to_owned())],
            first_at: Timestamp::UNIX_EPOCH,
            last_at: Timestamp::UNIX_EPOCH,
            seats: 0,
            in_use: 0,
            outcome: None,
        };
        (2..=tries).fold(first, |denial, number| denial.tried(RequestId(number.to_string()), Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn of_many_tries_the_first_and_the_last_are_kept() {
        for tries in [1, 2, 8, 9, 16, 17, 40, 1_001] {
            let denial = tried(tries);
            let mut kept: Vec<u32> = denial.requests.iter().map(|id| id.0.parse().unwrap()).collect();
            kept.sort_unstable();
            let expected: Vec<u32> = (1..=tries).filter(|number| *number <= 8 || number + 8 > tries).collect();
            assert_eq!(kept, expected);
            assert_eq!(denial.last_request(), Some(&RequestId(tries.to_string())));
        }
    }

    #[test]
    fn an_episode_from_before_requests_were_kept_names_none_of_them_wrongly() {
        let old = Denial { requests: Vec::new(), ..tried(3) };
        assert_eq!(old.last_request(), None);
        assert_eq!(old.tried(RequestId("4".to_owned()), Timestamp::UNIX_EPOCH).requests.len(), 1);
    }
}
