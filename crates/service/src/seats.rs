//! Who holds seats and how pools stand, for pages. A pool of thousands is counted once for all who look, and at most every
//! half minute: an open page costs nothing that grows with its seats.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::Release;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_store::read::seats::{FEW, PoolStates, SeatFilter, SeatOrder, SeatPage, SeatPlace, Seats};
use seatkeeper_store::read::{LicenseRow, Scope};
use tokio::time::Instant;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// Seats that are counted for one look, over all pools that it is at: the smallest first.
const COUNTED: u64 = 2_000;

/// How long the count of a pool that is larger is good for all who look.
const GOOD_FOR: Duration = Duration::from_secs(30);

/// Seats released by one call at most: some seconds' work.
const RELEASED_AT_ONCE: u64 = 5_000;

/// So many of them are asked for at a time, and share commits.
const RELEASED_TOGETHER: u32 = 200;

/// What became of seats that were released together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReleasedAll {
    /// How many.
    pub released: u64,
    /// Until when a program that has no contact can go on in one of them; none where none can.
    pub overlap_until: Option<Timestamp>,
    /// Whether others are left: as many as one call releases are done.
    pub more: bool,
}

/// How a pool stands, and when it was counted, where that was not just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its seats by their state.
    pub states: PoolStates,
    /// When they were counted; just now where absent.
    pub as_of: Option<Timestamp>,
}

/// A count, while it is good. Whoever finds it old counts, and the others wait for that.
type Count = Arc<tokio::sync::Mutex<Option<(Instant, Pool)>>>;

/// Counts of large pools.
#[derive(Default)]
pub(crate) struct Pools(Mutex<HashMap<LicenseId, Count>>);

impl Service {
    /// Seats that are held.
    pub async fn seats(&self, admin: &Admin, filter: SeatFilter, page: SeatPage) -> Result<Seats, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |reader| reader.seats(scope, &filter, &page, now)).await
    }

    /// Releases every seat that fits and was taken by then. Each is its own change and has its own entry in the history, so
    /// that a call that breaks off leaves whole what it did, and may be repeated.
    pub async fn release_all(
        &self,
        admin: &Admin,
        filter: &SeatFilter,
        taken_by: Timestamp,
        reason: &str,
    ) -> Result<ReleasedAll, Failure> {
        let (mut all, mut from) = (ReleasedAll::default(), None);
        loop {
            let found = self.seats(admin, filter.clone(), by_start(from)).await?;
            let taken = found.rows.iter().map(|row| &row.session).filter(|session| session.started_at <= taken_by);
            let release = |session_id| self.office(admin, None, Release { session_id, reason: reason.to_owned() });
            for answer in join_all(taken.map(|session| release(session.id))).await {
                if let Done::Released { overlap_until, .. } = answer?.done {
                    all.released += 1;
                    all.overlap_until = all.overlap_until.max(overlap_until);
                }
            }
            from = found.after;
            all.more = from.is_some() && all.released >= RELEASED_AT_ONCE;
            if from.is_none() || all.more {
                return Ok(all);
            }
        }
    }

    /// How pools stand that were read before, in their order.
    pub async fn pools(&self, _: &Admin, licenses: &[LicenseRow]) -> Result<Vec<Pool>, Failure> {
        let mut by_size: Vec<(usize, &LicenseRow)> = licenses.iter().enumerate().collect();
        by_size.sort_by_key(|(_, row)| row.counters.in_use);
        let mut counted = 0;
        let (small, large): (Vec<_>, Vec<_>) = by_size.into_iter().partition(|(_, row)| {
            counted += u64::from(row.counters.in_use);
            counted <= COUNTED
        });
        let mut pools = vec![Pool { states: PoolStates::default(), as_of: None }; licenses.len()];
        let now = self.now();
        let ids: Vec<LicenseId> = small.iter().map(|(_, row)| row.license.id).collect();
        let in_use: Vec<bool> = small.iter().map(|(_, row)| row.counters.in_use > 0).collect();
        let states = self
            .read(move |reader| {
                let states = |(id, in_use): (&LicenseId, bool)| match in_use {
                    true => reader.pool_states(*id, now),
                    false => Ok(PoolStates::default()),
                };
                ids.iter().zip(in_use).map(states).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        for ((place, _), states) in small.into_iter().zip(states) {
            pools[place].states = states;
        }
        for (place, row) in large {
            pools[place] = self.large_pool(row.license.id).await?;
        }
        Ok(pools)
    }

    /// Pools in which nobody else can take a seat, the largest first, so many at most; for the vendor's people.
    pub async fn full_pools(&self, admin: &Admin, limit: u32) -> Result<Vec<LicenseRow>, Failure> {
        if admin.scope() != Scope::Vendor {
            return Err(Failure::Forbidden);
        }
        let rows = self.read(move |reader| {
            let full = reader.full_pools(limit)?.into_iter();
            full.map(|id| reader.license(Scope::Vendor, id)).collect::<Result<Vec<_>, _>>()
        });
        Ok(rows.await?.into_iter().flatten().collect())
    }

    async fn large_pool(&self, license: LicenseId) -> Result<Pool, Failure> {
        let count = self.pools.0.lock().unwrap_or_else(PoisonError::into_inner).entry(license).or_default().clone();
        let mut count = count.lock().await;
        if let Some((_, pool)) = count.as_ref().filter(|(at, _)| at.elapsed() < GOOD_FOR) {
            return Ok(*pool);
        }
        let now = self.now();
        let states = self.read(move |reader| reader.pool_states(license, now)).await?;
        let pool = Pool { states, as_of: Some(now) };
        *count = Some((Instant::now(), pool));
        Ok(pool)
    }
}

/// Seats in the order in which they were taken, which stays as seats are given back.
fn by_start(from: Option<SeatPlace>) -> SeatPage {
    let order = SeatOrder::Started;
    SeatPage { order, descending: false, from, back: false, limit: RELEASED_TOGETHER, few: FEW }
}
