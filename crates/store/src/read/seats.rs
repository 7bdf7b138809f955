//! Who holds seats, as a page needs it: searched, filtered, sorted, in pages that go both ways, at a cost that has a bound.
//!
//! While the licences in question have few seats in use, all of their sessions are read, and any order can be had. Beyond
//! that sessions come in the order in which they started, which an index knows, and a state is looked for among some thousand
//! at a time: what a refresh writes stands in no index, since it is written so often. It knows no engine.

use jiff::Timestamp;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{CustomerId, LicenseId, ProductId, SessionId};

use super::{Scope, SessionRow};
use crate::code::stored;
use crate::error::StoreError;

/// Seats in use up to which every order can be had.
pub const FEW: u64 = 2_000;

/// Sessions that are looked at for one page, where their states are asked for.
const LOOKED_AT: usize = 4_000;

/// So many of them at once.
const AT_ONCE: u32 = 500;

/// Rows at most in a page.
const MOST: u32 = 200;

/// How a seat stands that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeatState {
    /// Its lease is good.
    Live,
    /// Its lease is over, and its holder is within grace: nothing was heard since it was refreshed last.
    Silent,
    /// Its grace is over as well, and the seat is not back yet.
    Held,
}

impl SessionRow {
    /// How the seat stands at an instant; none where it was given back.
    pub fn seat_state(&self, now: Timestamp) -> Option<SeatState> {
        match () {
            () if !self.session.live() => None,
            () if self.lease_until > now => Some(SeatState::Live),
            () if self.grace_until > now => Some(SeatState::Silent),
            () => Some(SeatState::Held),
        }
    }
}

/// Which seats that are held.
#[derive(Clone, Debug, Default)]
pub struct SeatFilter {
    /// Of this licence.
    pub license_id: Option<LicenseId>,
    /// Of this product's licences.
    pub product_id: Option<ProductId>,
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// By users or on devices whose name holds this, whatever its case.
    pub text: Option<String>,
    /// In this state.
    pub state: Option<SeatState>,
}

impl SeatFilter {
    /// Whether a row has the text and the state that are asked for.
    pub fn fits(&self, row: &SessionRow, now: Timestamp) -> bool {
        let names = &row.session.names;
        let holds = |name: &Option<String>, part: &str| name.as_deref().is_some_and(|name| fold(name).contains(part));
        let text = self.text.as_deref().map(fold);
        text.is_none_or(|part| holds(&names.user, &part) || holds(&names.device_name, &part))
            && self.state.is_none_or(|state| row.seat_state(now) == Some(state))
    }
}

/// What a list of seats is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeatOrder {
    /// When they were taken.
    #[default]
    Started,
    /// When they were last heard of.
    Refreshed,
    /// Who has them.
    User,
    /// Which device they are on.
    Device,
    /// When they are back; never comes last.
    BackBy,
}

/// A row's place in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeatPlace {
    /// What it is sorted by, as text that sorts alike.
    pub key: String,
    /// Its id, which sorts those with the same key.
    pub id: SessionId,
}

impl SeatOrder {
    /// Where a row stands.
    pub fn place(self, row: &SessionRow) -> SeatPlace {
        let name = |name: &Option<String>| name.as_deref().map(fold).unwrap_or_default();
        let key = match self {
            // Ids are drawn in the order in which sessions start.
            SeatOrder::Started => String::new(),
            SeatOrder::Refreshed => format!("{:020}", stored(row.refreshed_at)),
            SeatOrder::User => name(&row.session.names.user),
            SeatOrder::Device => name(&row.session.names.device_name),
            SeatOrder::BackBy => format!("{:020}", stored(row.back_by.unwrap_or(Timestamp::MAX))),
        };
        SeatPlace { key, id: row.session.id }
    }
}

/// A part of a list of seats.
#[derive(Clone, Debug)]
pub struct SeatPage {
    /// What it is sorted by.
    pub order: SeatOrder,
    /// The last first.
    pub descending: bool,
    /// The row that the page follows; the list's beginning where absent.
    pub from: Option<SeatPlace>,
    /// The page that ends before that row, in place of the one that follows it.
    pub back: bool,
    /// Rows at most; never more than 200.
    pub limit: u32,
    /// Seats in use up to which all are read: [`FEW`].
    pub few: u64,
}

/// A page of seats.
#[derive(Clone, Debug)]
pub struct Seats {
    /// The rows.
    pub rows: Vec<SessionRow>,
    /// What they are sorted by: when they were taken, where the order that was asked for cannot be had.
    pub order: SeatOrder,
    /// How many there are in all, where that is known without looking at each.
    pub total: Option<u64>,
    /// Where the page before ends, if there is one: asked for with `back`.
    pub before: Option<SeatPlace>,
    /// What the next page follows, if there is one. A page may be followed by another and hold few rows or none, where
    /// those looked at did not have the state asked for.
    pub after: Option<SeatPlace>,
}

/// How the seats of one licence stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStates {
    /// Seats by their state.
    pub live: u64,
    /// Likewise.
    pub silent: u64,
    /// Likewise.
    pub held: u64,
    /// When the next is back at the latest.
    pub next_back_by: Option<Timestamp>,
}

type Read<T> = Result<T, StoreError>;

/// Reading who holds seats.
pub trait SeatReader {
    /// Seats that are held at an instant.
    fn seats(&self, scope: Scope, filter: &SeatFilter, page: &SeatPage, now: Timestamp) -> Read<Seats>;
    /// How the seats of a licence stand; it looks at each of them.
    fn pool_states(&self, license: LicenseId, now: Timestamp) -> Read<PoolStates>;
    /// Pools in which nobody else can take a seat, the largest first, so many at most. For the vendor: it knows no customer.
    fn full_pools(&self, limit: u32) -> Read<Vec<LicenseId>>;
}

/// How an engine is asked for live sessions of the licences in question.
#[derive(Clone, Copy, Debug)]
pub enum Chunk {
    /// For all, in any order: there are few.
    All,
    /// Along their ids, for those at least that have the text asked for.
    Following {
        /// The last first.
        descending: bool,
        /// The id that they follow.
        from: Option<SessionId>,
        /// So many at most.
        limit: u32,
    },
}

/// A page, made of what an engine has. `in_use` are the seats in use of all licences in question; `chunk` gives sessions of
/// these.
///
/// # Errors
/// As `chunk`.
pub fn seats<E>(
    filter: &SeatFilter,
    page: &SeatPage,
    now: Timestamp,
    in_use: u64,
    mut chunk: impl FnMut(Chunk) -> Result<Vec<SessionRow>, E>,
) -> Result<Seats, E> {
    let limit = page.limit.clamp(1, MOST) as usize;
    if in_use <= page.few {
        let mut rows = chunk(Chunk::All)?;
        rows.retain(|row| filter.fits(row, now));
        return Ok(sorted(rows, page, limit));
    }
    // Against the list's own direction where the page before is asked for.
    let descending = page.descending != page.back;
    let (mut rows, mut from, mut looked_at) = (Vec::new(), page.from.as_ref().map(|place| place.id), 0);
    let at_once = if filter.state.is_some() { AT_ONCE } else { limit as u32 + 1 };
    let more = loop {
        let some = chunk(Chunk::Following { descending, from, limit: at_once })?;
        let end = some.len() < at_once as usize;
        looked_at += some.len();
        from = some.last().map(|row| row.session.id).or(from);
        rows.extend(some.into_iter().filter(|row| filter.fits(row, now)));
        if rows.len() > limit || looked_at >= LOOKED_AT {
            break true;
        }
        if end {
            break false;
        }
    };
    if rows.len() > limit {
        rows.truncate(limit);
        from = rows.last().map(|row| row.session.id);
    }
    let further = from.filter(|_| more).map(|id| SeatPlace { key: String::new(), id });
    let order = SeatOrder::Started;
    let nearer = rows.first().filter(|_| page.from.is_some()).map(|row| order.place(row));
    let (before, after) = if page.back { (further, nearer) } else { (nearer, further) };
    if page.back {
        rows.reverse();
    }
    let counted = filter.text.is_none() && filter.state.is_none();
    Ok(Seats { rows, order, total: counted.then_some(in_use), before, after })
}

/// A page of all that there are.
fn sorted(mut rows: Vec<SessionRow>, page: &SeatPage, limit: usize) -> Seats {
    rows.sort_by_cached_key(|row| page.order.place(row));
    if page.descending {
        rows.reverse();
    }
    let total = rows.len();
    let ahead = |row: &SessionRow, from: &SeatPlace| match page.descending {
        true => page.order.place(row) > *from,
        false => page.order.place(row) < *from,
    };
    let place = page.from.as_ref().map(|from| rows.partition_point(|row| ahead(row, from)));
    let (start, end) = match (place, page.back) {
        (None, _) => (0, limit.min(total)),
        (Some(place), true) => (place.saturating_sub(limit), place),
        (Some(place), false) => {
            let itself = rows.get(place).is_some_and(|row| Some(page.order.place(row)) == page.from);
            let start = place + usize::from(itself);
            (start, (start + limit).min(total))
        }
    };
    rows.truncate(end);
    let rows = rows.split_off(start);
    let place = |row: Option<&SessionRow>| row.map(|row| page.order.place(row));
    Seats {
        before: place(rows.first().filter(|_| start > 0)),
        after: place(rows.last().filter(|_| end < total)),
        rows,
        order: page.order,
        total: Some(total as u64),
    }
}
