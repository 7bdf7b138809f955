//! What a customer asked its vendor for: more seats of a licence, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::Actor;
use crate::license::License;

/// More seats that a customer asked for. A licence has one request at a time: asked again, the new one takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatRequest {
    /// How many more.
    pub seats: u32,
    /// Until when they are needed; for good where absent.
    pub until: Option<Timestamp>,
    /// Why, in the customer's words. It may name people, so it stands in no event.
    pub reason: String,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub asked_at: Timestamp,
    /// What became of it.
    pub answer: Option<RequestAnswer>,
}

/// What the vendor answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAnswer {
    /// How many seats were granted; none were where it was declined.
    pub granted: Option<u32>,
    /// What was said with it, for the customer to read.
    pub said: String,
    /// Who answered.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl License {
    /// Since when a request for seats waits for its answer.
    pub fn requested_at(&self) -> Option<Timestamp> {
        self.request.as_ref().filter(|request| request.answer.is_none()).map(|request| request.asked_at)
    }
}
