//! Licences and their devices as a person looks for them. It knows no engine.
//!
//! Where a text, a status or an end is asked for, an engine gives a few columns of all in the scope that may fit; which of them
//! do, in what order and which page of them is said here, so that engines cannot differ in how they fold letters or read a
//! term. That is bounded by what was sold. Otherwise it gives those of the page alone.

use jiff::Timestamp;
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{ActivationId, CustomerId, KeyId, LicenseId, ProductId};
use seatkeeper_domain::license::{Model, Status};
use seatkeeper_domain::term::Term;
use uuid::Uuid;

use super::{KeyRow, LicenseRow, Listed, Page, Scope};
use crate::error::StoreError;

/// Rows at most in a page.
const MOST: u32 = 200;

/// Whether a licence may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// It may.
    Active,
    /// Its term is over.
    Ended,
    /// It is paused.
    Suspended,
    /// It was ended for ever.
    Revoked,
}

/// What a list of licences is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LicenseOrder {
    /// Those issued last first.
    #[default]
    Newest,
    /// Those that end soonest first; then those that never end, and then those that ended.
    EndsFirst,
}

/// Which licences.
#[derive(Clone, Debug, Default)]
pub struct LicenseSearch {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of this product.
    pub product_id: Option<ProductId>,
    /// Of this model.
    pub model: Option<Model>,
    /// Whose serial number, vendor's id or customer's name holds this, whatever its case.
    pub text: Option<String>,
    /// That may be used, or not.
    pub usable: Option<Usable>,
    /// How they are sorted.
    pub order: LicenseOrder,
}

impl LicenseSearch {
    /// Whether an engine can tell the page by itself: the newest first, whatever they are called and however they stand.
    pub fn plain(&self) -> bool {
        self.text.is_none() && self.usable.is_none() && self.order == LicenseOrder::Newest
    }
}

/// Rows that tell a page and whether another follows.
pub fn rows(page: Page) -> u32 {
    page.limit.clamp(1, MOST) + 1
}

/// A licence with the name of whose it is.
#[derive(Clone, Debug)]
pub struct FoundLicense {
    /// The licence.
    pub row: LicenseRow,
    /// The customer's name.
    pub customer: String,
}

/// What is looked at of a licence to find it.
#[derive(Clone, Debug)]
pub struct LicenseHead {
    /// Its id.
    pub id: LicenseId,
    /// Its serial number.
    pub serial_number: String,
    /// The vendor's own id.
    pub external_id: Option<String>,
    /// The customer's name.
    pub customer: String,
    /// What the vendor last said.
    pub status: Status,
    /// For how long.
    pub term: Term,
    /// How long it goes on past its end, in seconds.
    pub renewal_grace_seconds: u32,
}

/// Which devices of a licence.
#[derive(Clone, Debug, Default)]
pub struct DeviceFilter {
    /// Whose name holds this, whatever its case.
    pub text: Option<String>,
    /// Those that are no longer admitted, in place of those that are.
    pub ended: bool,
    /// With an installation that was admitted with this key.
    pub key_id: Option<KeyId>,
}

/// A device.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    /// It.
    pub activation: Activation,
    /// The keys that its installations were admitted with, in the order of their ids.
    pub keys: Vec<KeyId>,
}

/// What is looked at of a device to find it.
#[derive(Clone, Debug)]
pub struct DeviceHead {
    /// Its id.
    pub id: ActivationId,
    /// Its name; none once erased.
    pub name: Option<String>,
}

type Read<T> = Result<T, StoreError>;

/// Reading what a person looks for.
pub trait LicenseReader {
    /// Licences at an instant, which tells those whose term is over.
    fn find_licenses(
        &self,
        scope: Scope,
        search: &LicenseSearch,
        now: Timestamp,
        page: Page,
    ) -> Read<Listed<FoundLicense>>;
    /// Devices of a licence, those admitted last first.
    fn devices(&self, scope: Scope, license: LicenseId, filter: &DeviceFilter, page: Page) -> Read<Listed<DeviceRow>>;
    /// A licence's keys in the order of their ids, the devices of each being counted up to `most`.
    fn keys_counted(&self, scope: Scope, license: LicenseId, most: u32) -> Read<Vec<KeyRow>>;
}

impl LicenseHead {
    fn ends_at(&self) -> Option<Timestamp> {
        self.term.ends_at(self.renewal_grace_seconds)
    }

    fn usable(&self, now: Timestamp) -> Usable {
        match self.status {
            Status::Revoked => Usable::Revoked,
            Status::Suspended => Usable::Suspended,
            Status::Active if self.ends_at().is_some_and(|end| end <= now) => Usable::Ended,
            Status::Active => Usable::Active,
        }
    }

    fn fits(&self, text: Option<&str>, usable: Option<Usable>, now: Timestamp) -> bool {
        let holds = |name: &str, part: &str| fold(name).contains(part);
        let named = |part| {
            holds(&self.serial_number, part)
                || holds(&self.customer, part)
                || self.external_id.as_deref().is_some_and(|id| holds(id, part))
        };
        text.is_none_or(named) && usable.is_none_or(|usable| usable == self.usable(now))
    }

    /// Where it stands in an order, as what sorts alike.
    fn place(&self, order: LicenseOrder, now: Timestamp) -> (u8, i128, u128) {
        let newest = newest(self.id.0);
        match (order, self.ends_at()) {
            (LicenseOrder::Newest, _) => (0, 0, newest),
            (LicenseOrder::EndsFirst, Some(end)) if self.status == Status::Revoked => (3, -end.as_nanosecond(), newest),
            (LicenseOrder::EndsFirst, None) if self.status == Status::Revoked => (3, 0, newest),
            (LicenseOrder::EndsFirst, Some(end)) if end > now => (0, end.as_nanosecond(), newest),
            (LicenseOrder::EndsFirst, None) => (1, 0, newest),
            (LicenseOrder::EndsFirst, Some(end)) => (2, -end.as_nanosecond(), newest),
        }
    }
}

/// The place of an id where those issued last come first.
fn newest(id: Uuid) -> u128 {
    u128::MAX - id.as_u128()
}

/// The page of those licences that fit, with their customers' names. `after` is what the page follows: it may no longer fit
/// itself, and its place is where it would be.
pub fn found_licenses(
    heads: Vec<LicenseHead>,
    after: Option<&LicenseHead>,
    search: &LicenseSearch,
    now: Timestamp,
    page: Page,
) -> Listed<(LicenseId, String)> {
    let text = search.text.as_deref().map(fold);
    let place = |head: &LicenseHead| head.place(search.order, now);
    let after = match search.order {
        LicenseOrder::Newest => page.after.map(|id| (0, 0, newest(id))),
        LicenseOrder::EndsFirst => after.map(place),
    };
    let mut heads = heads;
    heads
        .retain(|head| head.fits(text.as_deref(), search.usable, now) && after.is_none_or(|after| place(head) > after));
    heads.sort_by_key(place);
    cut(heads.into_iter().map(|head| (head.id, head.customer)), page.limit, |(id, _)| id.0)
}

/// The page of those devices that fit.
pub fn found_devices(heads: Vec<DeviceHead>, filter: &DeviceFilter, page: Page) -> Listed<ActivationId> {
    let text = filter.text.as_deref().map(fold);
    let fits = |head: &DeviceHead| {
        page.after.is_none_or(|after| head.id.0 < after)
            && text.as_deref().is_none_or(|part| head.name.as_deref().is_some_and(|name| fold(name).contains(part)))
    };
    let mut ids: Vec<ActivationId> = heads.iter().filter(|head| fits(head)).map(|head| head.id).collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    cut(ids.into_iter(), page.limit, |id| id.0)
}

fn cut<T>(items: impl Iterator<Item = T>, limit: u32, id: impl Fn(&T) -> Uuid) -> Listed<T> {
    let limit = limit.clamp(1, MOST) as usize;
    let mut items: Vec<T> = items.take(limit + 1).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(id);
    Listed { items, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn head(number: u128, status: Status, ends: Option<i64>) -> LicenseHead {
        let term = match ends {
            None => Term::Perpetual { maintenance_until: None },
            Some(seconds) => Term::Subscription { expires_at: Timestamp::constant(1_800_000_000 + seconds, 0) },
        };
        LicenseHead {
            id: Uuid::from_u128(number).into(),
            serial_number: format!("SN-{number}"),
            external_id: (number == 1).then(|| "ERP-77".to_owned()),
            customer: if number == 2 { "Büro ÄÖ" } else { "Acme" }.to_owned(),
            status,
            term,
            renewal_grace_seconds: 0,
        }
    }

    fn found(search: &LicenseSearch) -> Vec<u128> {
        let heads = vec![
            head(1, Status::Active, Some(-60)),
            head(2, Status::Active, Some(3_600)),
            head(3, Status::Active, None),
            head(4, Status::Active, Some(60)),
            head(5, Status::Active, Some(0)),
            head(6, Status::Revoked, None),
            head(7, Status::Suspended, Some(-3_600)),
            head(8, Status::Active, None),
        ];
        let listed = found_licenses(heads, None, search, NOW, Page { after: None, limit: 200 });
        listed.items.into_iter().map(|(id, _)| id.0.as_u128()).collect()
    }

    /// Seen red when what ended is listed among what ends, when what was revoked is listed with what never ends, and when the
    /// oldest come first.
    #[test]
    fn what_ends_soonest_comes_first_and_what_is_over_last() {
        assert_eq!(found(&LicenseSearch::default()), [8, 7, 6, 5, 4, 3, 2, 1]);
        let search = LicenseSearch { order: LicenseOrder::EndsFirst, ..LicenseSearch::default() };
        assert_eq!(found(&search), [4, 2, 8, 3, 5, 1, 7, 6]);
    }

    /// Seen red when a licence may be used at the instant at which it ends, and when customers' names are not looked at.
    #[test]
    fn licences_are_found_by_what_they_are_called_and_whether_they_may_be_used() {
        let usable = |usable| found(&LicenseSearch { usable: Some(usable), ..LicenseSearch::default() });
        assert_eq!(usable(Usable::Active), [8, 4, 3, 2]);
        assert_eq!(usable(Usable::Ended), [5, 1]);
        assert_eq!((usable(Usable::Suspended), usable(Usable::Revoked)), (vec![7], vec![6]));
        let text = |text: &str| found(&LicenseSearch { text: Some(text.to_owned()), ..LicenseSearch::default() });
        assert_eq!((text("sn-3"), text("erp"), text("büro äö")), (vec![3], vec![1], vec![2]));
    }
}
