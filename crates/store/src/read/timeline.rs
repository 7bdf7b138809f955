//! What happened with one device or one person at work, newest first: sessions, refusals and what was decided, merged from
//! reads that have a bound each. It knows no engine.

use jiff::Timestamp;
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::id::{ActivationId, CustomerId};
use uuid::Uuid;

use super::{EventRow, Scope, SessionRow};
use crate::code::stored;
use crate::error::StoreError;

/// Moments at most in a page.
const MOST: u32 = 200;

/// Whose timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A device's: sessions that were started on it, what it was refused, and what was decided about it.
    Device(ActivationId),
    /// A person's at work at a customer's, by folded name: on whatever device, of whichever licence. What was decided are
    /// blocks that hold: who was let in again is named nowhere any more.
    User(CustomerId, String),
}

/// What moments are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Sessions.
    Sessions,
    /// Refusals.
    Refusals,
    /// What was decided.
    Changes,
}

impl About {
    /// All.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Refusals, Self::Changes];
}

/// Which moments.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimelineFilter {
    /// Of these alone.
    pub only: Option<About>,
    /// That began at or after this.
    pub since: Option<Timestamp>,
    /// That began before this.
    pub until: Option<Timestamp>,
}

/// A moment's place: when it began, and its id. An event's is made of its place on its lane.
pub type Place = (Timestamp, Uuid);

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Moment {
    /// Somebody took a seat; until when and why it ended stands in it.
    Session(SessionRow),
    /// Somebody was refused.
    Refusal(Denial),
    /// Somebody decided something.
    Change(EventRow),
}

impl Moment {
    /// Where it stands in the timeline.
    pub fn place(&self) -> Place {
        match self {
            Self::Session(row) => (row.session.started_at, row.session.id.0),
            Self::Refusal(denial) => (denial.first_at, denial.id.0),
            Self::Change(row) => (row.event.at, Uuid::from_u64_pair(row.lane.into(), row.lane_number)),
        }
    }
}

/// A page of moments, newest first.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The moments.
    pub items: Vec<Moment>,
    /// What the next page follows, if there is one.
    pub next: Option<Place>,
}

/// A customer with a person at work of some name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFound {
    /// The customer.
    pub customer_id: CustomerId,
    /// Their name.
    pub customer: String,
    /// The person's name, as it was written once.
    pub user: String,
}

type Read<T> = Result<T, StoreError>;

/// Reading what happened with somebody or something.
pub trait TimelineReader {
    /// Moments newest first: those before a place. There are none of what does not exist in `scope`.
    fn timeline(
        &self,
        scope: Scope,
        subject: &Subject,
        filter: &TimelineFilter,
        before: Option<Place>,
        limit: u32,
    ) -> Read<Timeline>;

    /// Events that exist in `scope` and tell of one of these: devices, sessions that were released, blocks. Few of each.
    fn mentioning(&self, scope: Scope, about: &[Uuid]) -> Read<Vec<EventRow>>;

    /// Customers with a person at work of this folded name, who had a seat once or was refused one: so many at most.
    fn users_called(&self, scope: Scope, user: &str, limit: u32) -> Read<Vec<UserFound>>;
}

/// Events at most that [`TimelineReader::mentioning`] reads of each.
pub const MENTIONED_MOST: u32 = 20;

/// What a page is made of: so many rows of a kind at most, newest first, of those before a place.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// They began before this, in microseconds, or
    pub at: i64,
    /// at it, with a smaller id.
    pub id: Uuid,
    /// They began at or after this, in microseconds.
    pub since: i64,
    /// Rows at most.
    pub most: u32,
}

impl Window {
    /// All there are, so many at most.
    pub fn newest(most: u32) -> Self {
        Self { at: i64::MAX, id: Uuid::max(), since: i64::MIN, most }
    }

    /// The place before which events come: after `at`, by lane and number.
    pub fn event(&self) -> (i64, i64) {
        let (lane, number) = self.id.as_u64_pair();
        (i64::try_from(lane).unwrap_or(i64::MAX), i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A page, made of what an engine has: `chunk` gives the moments of a kind in a window.
///
/// # Errors
/// As `chunk`.
pub fn timeline<E>(
    filter: &TimelineFilter,
    before: Option<Place>,
    limit: u32,
    mut chunk: impl FnMut(About, &Window) -> Result<Vec<Moment>, E>,
) -> Result<Timeline, E> {
    let limit = limit.clamp(1, MOST);
    let until = filter.until.map(|until| (stored(until), Uuid::nil()));
    let before = before.map(|(at, id)| (stored(at), id)).into_iter().chain(until).min();
    let (at, id) = before.unwrap_or((i64::MAX, Uuid::max()));
    let window = Window { at, id, since: filter.since.map_or(i64::MIN, stored), most: limit + 1 };
    let mut items = Vec::new();
    for about in About::ALL.into_iter().filter(|about| filter.only.is_none_or(|only| only == *about)) {
        items.extend(chunk(about, &window)?);
    }
    items.sort_by_key(|moment| std::cmp::Reverse(moment.place()));
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    Ok(Timeline { next: items.last().filter(|_| more).map(Moment::place), items })
}
