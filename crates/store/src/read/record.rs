//! What is read of the record: whose records changed, and what happened, newest first. Knows no page and no engine.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use seatkeeper_domain::event::Stream;
use seatkeeper_domain::id::CustomerId;
use uuid::Uuid;

use super::{EventRow, LanePosition, Scope};
use crate::error::StoreError;

/// Events at most that are looked at for [`RecordReader::touched`], of each lane.
pub const TOUCHED_MOST: u32 = 2_000;

/// Whose records events are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Customers: their own, or a licence of theirs.
    pub customers: BTreeSet<CustomerId>,
    /// What is the server's own: products, tokens, signing keys, the vendor's people.
    pub server: bool,
}

type Read<T> = Result<T, StoreError>;

/// Reading what was written down.
pub trait RecordReader {
    /// Whom the events after a position on each lane are about: the first [`TOUCHED_MOST`] of each. A lane that is not named
    /// is read from its start.
    fn touched(&self, after: &[LanePosition]) -> Read<Touched>;

    /// Events newest first, of one stream or of all that exist in `scope`: those before a position on each lane, a lane that
    /// is not named being read from its end. At most `limit`, and never more than 1,000.
    fn history(&self, scope: Scope, of: Option<Stream>, before: &[LanePosition], limit: u32) -> Read<Vec<EventRow>>;

    /// What people call some records of those that exist in `scope`, by id: a session or a refusal by its user, or else its
    /// device; a device or an account by its name; a token by its label. What has no name, or none any more, is left out.
    fn called(&self, scope: Scope, ids: &[Uuid]) -> Read<HashMap<Uuid, String>>;

    /// The first event of each lane at or after an instant; where there is none, the place that comes next.
    fn lanes_at(&self, at: Timestamp) -> Read<Vec<LanePosition>>;
}

/// Where [`RecordReader::history`] goes on after these rows.
pub fn before(rows: &[EventRow], before: &[LanePosition]) -> Vec<LanePosition> {
    let mut places = before.to_vec();
    for row in rows {
        match places.iter_mut().find(|place| place.lane == row.lane) {
            Some(place) => place.number = place.number.min(row.lane_number),
            None => places.push(LanePosition { lane: row.lane, number: row.lane_number }),
        }
    }
    places
}

/// The first number of a lane whose event is at or after an instant, `last` being the lane's last: instants never go back
/// along a lane.
///
/// # Errors
/// As `at_of`, which says when the event with a number was.
pub fn first_at<E>(last: u64, at: Timestamp, mut at_of: impl FnMut(u64) -> Result<Timestamp, E>) -> Result<u64, E> {
    let (mut low, mut high) = (1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if at_of(middle)? < at { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}
