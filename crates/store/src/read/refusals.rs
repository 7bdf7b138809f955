//! What was refused, newest first, and what it takes to explain it: who held the seats then. It knows no engine.

use jiff::Timestamp;
use seatkeeper_domain::denial::{Denial, Outcome};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{CustomerId, DenialId, LicenseId, ProductId};

use super::{Scope, SessionRow};
use crate::error::StoreError;

/// Episodes that are looked at for one page.
const LOOKED_AT: usize = 4_000;

/// So many of them at once, where not all that are found may fit.
const AT_ONCE: u32 = 500;

/// Rows at most in a page.
const MOST: u32 = 200;

/// Sessions that are looked at for those who held seats at an instant.
pub const SEATED_LOOKED_AT: u32 = 5_000;

/// Which episodes of refusals.
#[derive(Clone, Debug, Default)]
pub struct EpisodeFilter {
    /// Of this licence.
    pub license_id: Option<LicenseId>,
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of this product's licences.
    pub product_id: Option<ProductId>,
    /// For this reason: a refusal's stable code.
    pub code: Option<String>,
    /// Of users or on devices whose name holds this, whatever its case.
    pub text: Option<String>,
    /// That began at or after this.
    pub since: Option<Timestamp>,
    /// That began before this.
    pub until: Option<Timestamp>,
    /// That ended so; `Some(None)` for those that go on.
    pub ended: Option<Option<Outcome>>,
}

impl EpisodeFilter {
    /// Whether all are asked for, whosever they are.
    pub fn of_all(&self, scope: Scope) -> bool {
        scope == Scope::Vendor && self.license_id.is_none() && self.customer_id.is_none() && self.product_id.is_none()
    }

    fn fits(&self, row: &Denial, now: Timestamp) -> bool {
        let holds = |name: &Option<String>, part: &str| name.as_deref().is_some_and(|name| fold(name).contains(part));
        let text = self.text.as_deref().map(fold);
        text.is_none_or(|part| holds(&row.names.user, &part) || holds(&row.names.device_name, &part))
            && self.ended.is_none_or(|ended| row.ended(now) == ended)
    }
}

/// An episode's place: when it began, and its id.
pub type EpisodePlace = (Timestamp, DenialId);

/// A page of episodes, newest first.
#[derive(Clone, Debug)]
pub struct Episodes {
    /// The rows.
    pub items: Vec<Denial>,
    /// What the next page follows, if there is one. A page may be followed by another and hold few rows or none, where
    /// those looked at did not fit.
    pub next: Option<EpisodePlace>,
}

/// How many were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Holders, each once.
    pub people: u64,
    /// Tries.
    pub tries: u64,
}

/// What a licence is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The licence.
    pub license_id: LicenseId,
    /// Its serial number.
    pub serial_number: String,
    /// Its product's name.
    pub product: String,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Their name.
    pub customer: String,
}

type Read<T> = Result<T, StoreError>;

/// Reading what was refused.
pub trait RefusalReader {
    /// Episodes newest first: those before a place.
    fn episodes(
        &self,
        scope: Scope,
        filter: &EpisodeFilter,
        now: Timestamp,
        before: Option<EpisodePlace>,
        limit: u32,
    ) -> Read<Episodes>;
    /// One episode.
    fn denial(&self, scope: Scope, id: DenialId) -> Read<Option<Denial>>;
    /// How many were refused by each of these licences in episodes that began at or after an instant, in their order.
    fn refused_since(&self, licenses: &[LicenseId], since: Timestamp) -> Read<Vec<Refused>>;
    /// Who held a licence's seats at an instant, those who came back first, first: so many at most, of those that are found
    /// among some thousand.
    fn seated_at(&self, scope: Scope, license: LicenseId, at: Timestamp, limit: u32) -> Read<Vec<SessionRow>>;
    /// Licences with a product key whose last group this is, at most so many.
    fn hinted(&self, scope: Scope, group: &str, limit: u32) -> Read<Vec<LicenseId>>;
    /// What licences are called, of those that exist in `scope`.
    fn labels(&self, scope: Scope, licenses: &[LicenseId]) -> Read<Vec<Label>>;
}

/// A page, made of what an engine has: `chunk` gives episodes newest first, so many before a place; those at least that
/// have the text and all else that is asked for, however they ended.
///
/// # Errors
/// As `chunk`.
pub fn episodes<E>(
    filter: &EpisodeFilter,
    now: Timestamp,
    mut before: Option<EpisodePlace>,
    limit: u32,
    mut chunk: impl FnMut(Option<EpisodePlace>, u32) -> Result<Vec<Denial>, E>,
) -> Result<Episodes, E> {
    let place = |row: &Denial| (row.first_at, row.id);
    let limit = limit.clamp(1, MOST) as usize;
    let at_once = if filter.text.is_some() || filter.ended.is_some() { AT_ONCE } else { limit as u32 + 1 };
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let some = chunk(before, at_once)?;
        let end = some.len() < at_once as usize;
        looked_at += some.len();
        before = some.last().map(place).or(before);
        items.extend(some.into_iter().filter(|row| filter.fits(row, now)));
        if items.len() > limit {
            items.truncate(limit);
            return Ok(Episodes { next: items.last().map(place), items });
        }
        if end || looked_at >= LOOKED_AT {
            return Ok(Episodes { items, next: before.filter(|_| !end) });
        }
    }
}

/// Those who held seats at an instant in the order in which they came back; who still has one comes last.
pub fn by_end(mut rows: Vec<SessionRow>, limit: u32) -> Vec<SessionRow> {
    rows.sort_by_key(|row| (row.session.ended.map_or(Timestamp::MAX, |(at, _)| at), row.session.id));
    rows.truncate(limit as usize);
    rows
}
