//! How much was used: what the books say of a time, and the figures that are kept of every hour. It knows no engine.

use jiff::Timestamp;
use seatkeeper_domain::demand::{Refused, Span};
use seatkeeper_domain::id::{CustomerId, LicenseId};

use super::Scope;
use crate::error::StoreError;

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600 * 1_000_000;

/// The hour that an instant is in, counted from 1970.
pub fn hour_of(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(HOUR)
}

/// When an hour begins, counted from 1970.
pub fn hour_start(hour: i64) -> Timestamp {
    Timestamp::from_microsecond(hour.saturating_mul(HOUR)).unwrap_or(Timestamp::MAX)
}

/// How much of a licence was used in an hour, or over many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The licence.
    pub license_id: LicenseId,
    /// The hour, counted from 1970; the first of many.
    pub hour: i64,
    /// The most seats held at once.
    pub peak: u32,
    /// Seats by time, in seconds.
    pub seat_seconds: u64,
    /// Seats that might be held at its end; the most of many.
    pub seats: u32,
    /// Seconds in which as many were held.
    pub full_seconds: u64,
    /// Holders who were refused; of many hours the sum.
    pub people: u32,
    /// How often they tried.
    pub tries: u32,
}

/// What somebody, or a device, used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The name, in one of the ways in which it was written: people's are the same whatever their case.
    pub name: String,
    /// Seats by time, in seconds.
    pub seat_seconds: u64,
    /// Sessions.
    pub sessions: u64,
}

/// Whose shares are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// People.
    User,
    /// Devices.
    Device,
}

/// Sessions of a licence that are looked at for shares: the last that ended.
pub const SHARED_LOOKED_AT: u32 = 10_000;

type Read<T> = Result<T, StoreError>;

/// Reading how much was used.
pub trait UsageReader {
    /// The hour before which figures are kept of each; none before the first were.
    fn usage_done(&self) -> Read<Option<i64>>;
    /// When the first session began that the books still know.
    fn first_held(&self) -> Read<Option<Timestamp>>;
    /// Seats held between two instants, of one licence or of all: those that still are, and the last of those that came
    /// back, at most so many of each.
    fn held(&self, of: Option<LicenseId>, from: Timestamp, until: Timestamp, most: u32)
    -> Read<Vec<(LicenseId, Span)>>;
    /// Who was refused a seat for want of one in episodes that began between two instants, of one licence or of all; the
    /// last ones, at most so many.
    fn refused(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Refused)>>;
    /// A licence's figures of the hours from one to before another.
    fn usage(&self, scope: Scope, license: LicenseId, from: i64, until: i64) -> Read<Vec<Usage>>;
    /// Each licence's figures of all of these hours together, of one customer or of all; the most used first, so many.
    fn usage_of_each(
        &self,
        scope: Scope,
        customer: Option<CustomerId>,
        from: i64,
        until: i64,
        limit: u32,
    ) -> Read<Vec<Usage>>;
    /// Who used most of a licence since an instant, among the last sessions that ended and those that go on; so many.
    fn shares(
        &self,
        scope: Scope,
        license: LicenseId,
        by: By,
        since: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Read<Vec<Share>>;
}
