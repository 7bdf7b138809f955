//! How much was used: figures of every hour that is over, kept by a job, the running hour's added when it is read; who used
//! most; and what another number of seats would have meant. Knows no chart.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_domain::demand::{Demand, Refused, Replayed, Span, held};
use seatkeeper_domain::denial::EPISODE_SECONDS;
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_domain::license::License;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::after;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::usage::{By, Share, Usage, hour_of, hour_start};
use seatkeeper_store::read::{LicenseFilter, Page, Reader, Scope};
use tokio::time::Instant;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// How long figures are kept, in hours: a little over the twelve months that reports look back.
const KEEP_HOURS: i64 = 400 * 24;

/// Hours that are gone through at once, where the server was away.
const AT_ONCE: i64 = 24;

/// How long one round goes through them, so that it keeps no other job from its turn.
const CATCH_UP: Duration = Duration::from_secs(2);

/// Seats in use up to which a running hour's figures are made for whoever looks.
const RUNNING: u32 = 2_000;

/// Sessions that came back, or refusals, since the last hour of which figures are kept: where there are more of either, whoever
/// looks is told the hours that are kept alone. A round of the job later there are few again.
const CAME_AND_WENT: u32 = 5_000;

/// Sessions and refusals at most that are asked again, the last ones.
const DEMAND_MOST: u32 = 10_000;

/// What numbers of seats would have meant.
#[derive(Clone, Debug)]
pub struct RightSized {
    /// Seats that may be held now.
    pub owned: u32,
    /// From when the demand is: later than was asked where there was more of it than can be asked again.
    pub since: Timestamp,
    /// Seats that would have refused nobody.
    pub enough: u32,
    /// Each number that was asked for, and what it would have meant.
    pub with: Vec<(u32, Replayed)>,
}

impl Service {
    /// A licence's figures of each hour with something in it, since an hour counted from 1970, the running one included
    /// where its pool is not too large, and not too much came and went, to be counted for everyone who looks.
    pub async fn usage(&self, admin: &Admin, license: LicenseId, since: i64) -> Result<Vec<Usage>, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        let found = self.read(move |reader| {
            let Some(row) = reader.license(scope, license)? else { return Ok(None) };
            let done = reader.usage_done()?.unwrap_or(since).max(since);
            let mut usage = reader.usage(scope, license, since, done)?;
            if row.counters.in_use <= RUNNING && hour_of(now) - done < AT_ONCE {
                let recorded = Recorded::read(reader, Some(license), done, now, CAME_AND_WENT)?;
                if recorded.whole(CAME_AND_WENT) {
                    usage.extend(figures(&HashMap::from([(license, row.license)]), recorded, done, now));
                }
            }
            Ok(Some(usage))
        });
        Ok(found.await?.ok_or(Refusal::NotFound { what: "licence" })?)
    }

    /// Each licence's figures of all hours since one together, of one customer or of all that exist for the administrator:
    /// the most used first, so many. Hours that are not over are left out.
    pub async fn usage_of_each(
        &self,
        admin: &Admin,
        customer: Option<CustomerId>,
        since: i64,
        limit: u32,
    ) -> Result<Vec<Usage>, Failure> {
        let scope = admin.scope();
        self.read(move |reader| reader.usage_of_each(scope, customer, since, i64::MAX, limit)).await
    }

    /// Who used most of a licence since an instant, among the last sessions that ended and those that go on.
    pub async fn shares(
        &self,
        admin: &Admin,
        license: LicenseId,
        by: By,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Share>, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |reader| reader.shares(scope, license, by, since, now, limit)).await
    }

    /// What some numbers of seats would have meant since an instant: those around the ones owned, and `wanted`.
    pub async fn right_size(
        &self,
        admin: &Admin,
        license: LicenseId,
        since: Timestamp,
        wanted: Option<u32>,
    ) -> Result<RightSized, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        let found = self.read(move |reader| {
            let Some(row) = reader.license(scope, license)? else { return Ok(None) };
            let owned = row.license.limit(now);
            let spans = reader.held(Some(license), since, now, DEMAND_MOST)?;
            let refused = reader.refused(Some(license), since, now, DEMAND_MOST)?;
            Ok(Some(right_size(owned, wanted, since, now, spans, refused)))
        });
        Ok(found.await?.ok_or(Refusal::NotFound { what: "licence" })?)
    }

    /// Keeps the figures of hours that are over, as far as it gets in its time; the next round goes on. Done again it finds
    /// nothing to do.
    pub(crate) async fn keep_usage(&self) -> Result<(), Failure> {
        let (now, began) = (self.now(), Instant::now());
        while began.elapsed() < CATCH_UP {
            let Some((usage, until)) = self.read(move |reader| next_hours(reader, now)).await? else { break };
            let keep_from = hour_of(now) - KEEP_HOURS;
            self.care(move |upkeep| upkeep.keep_usage(&usage, until, keep_from)).await?;
        }
        Ok(())
    }
}

/// The hour before which all are over: with them the episodes that began in them, as far as they are tried on.
fn over(now: Timestamp) -> i64 {
    hour_of(after(now, -EPISODE_SECONDS))
}

/// The figures of the next hours, and the hour before which there are figures then; none while no hour is over.
fn next_hours(reader: &dyn Reader, now: Timestamp) -> Result<Option<(Vec<Usage>, i64)>, StoreError> {
    let from = match reader.usage_done()? {
        Some(done) => done,
        None => reader.first_held()?.map_or(over(now) - 1, hour_of).max(hour_of(now) - KEEP_HOURS),
    };
    let until = over(now).min(from + AT_ONCE);
    if from >= until {
        return Ok(None);
    }
    let licenses = all_licenses(reader)?;
    let recorded = Recorded::read(reader, None, from, hour_start(until), u32::MAX)?;
    Ok(Some((figures(&licenses, recorded, from, hour_start(until)), until)))
}

fn all_licenses(reader: &dyn Reader) -> Result<HashMap<LicenseId, License>, StoreError> {
    let (mut all, mut page) = (HashMap::new(), Page { after: None, limit: 200 });
    loop {
        let listed = reader.licenses(Scope::Vendor, &LicenseFilter::default(), page)?;
        all.extend(listed.items.into_iter().map(|row| (row.license.id, row.license)));
        page.after = listed.next;
        if page.after.is_none() {
            return Ok(all);
        }
    }
}

/// What the books have of some hours: seats held, and refusals for want of one.
struct Recorded {
    held: Vec<(LicenseId, Span)>,
    refused: Vec<(LicenseId, Refused)>,
}

impl Recorded {
    /// From the beginning of an hour to an instant, of one licence or of all; the last of each, at most so many.
    fn read(
        reader: &dyn Reader,
        of: Option<LicenseId>,
        from: i64,
        until: Timestamp,
        most: u32,
    ) -> Result<Self, StoreError> {
        let held = reader.held(of, hour_start(from), until, most)?;
        Ok(Self { held, refused: reader.refused(of, hour_start(from), until, most)? })
    }

    /// Whether nothing is missing of what was read up to so many.
    fn whole(&self, most: u32) -> bool {
        // Seats that still are held are bounded by themselves.
        let came_back = self.held.iter().filter(|(_, span)| span.end.is_some()).count();
        came_back.max(self.refused.len()) < most as usize
    }
}

/// The figures of each hour, from the beginning of one to an instant: of those hours in which there was something. They are
/// made of the books, so that nothing is counted while a seat is taken.
fn figures(licenses: &HashMap<LicenseId, License>, recorded: Recorded, from: i64, until: Timestamp) -> Vec<Usage> {
    let mut spans: BTreeMap<LicenseId, Vec<Span>> = BTreeMap::new();
    for (license, span) in recorded.held {
        spans.entry(license).or_default().push(span);
    }
    let mut refused: BTreeMap<(LicenseId, i64), Vec<Refused>> = BTreeMap::new();
    for (license, episode) in recorded.refused {
        refused.entry((license, hour_of(episode.first_at))).or_default().push(episode);
    }
    let touched: BTreeSet<LicenseId> = spans.keys().copied().chain(refused.keys().map(|(id, _)| *id)).collect();
    let mut usage = Vec::new();
    for license in touched.iter().filter_map(|id| licenses.get(id)) {
        let spans = spans.get(&license.id).map(Vec::as_slice).unwrap_or_default();
        for hour in (from..).take_while(|hour| hour_start(*hour) < until) {
            let end = hour_start(hour + 1).min(until);
            let seats = license.limit(end);
            let held = held(spans, hour_start(hour), end, seats);
            let refused = refused.get(&(license.id, hour)).map(Vec::as_slice).unwrap_or_default();
            if held.peak > 0 || !refused.is_empty() {
                let people: BTreeSet<_> = refused.iter().map(|episode| episode.holder).collect();
                usage.push(Usage {
                    license_id: license.id,
                    hour,
                    peak: held.peak,
                    seat_seconds: held.seat_seconds,
                    seats,
                    full_seconds: held.full_seconds,
                    people: people.len() as u32,
                    tries: refused.iter().fold(0, |sum, episode| sum.saturating_add(episode.tries)),
                });
            }
        }
    }
    usage
}

/// Numbers around the one owned, the one asked for, and the one that is enough.
fn right_size(
    owned: u32,
    wanted: Option<u32>,
    asked: Timestamp,
    now: Timestamp,
    spans: Vec<(LicenseId, Span)>,
    refused: Vec<(LicenseId, Refused)>,
) -> RightSized {
    let mut since = asked;
    // Where not all could be read, what is older than the oldest that was is left out.
    let over: Vec<Timestamp> = spans.iter().filter_map(|(_, span)| span.end).collect();
    if over.len() >= DEMAND_MOST as usize {
        since = since.max(over.into_iter().min().unwrap_or(asked));
    }
    if refused.len() >= DEMAND_MOST as usize {
        since = since.max(refused.iter().map(|(_, episode)| episode.first_at).min().unwrap_or(asked));
    }
    let spans: Vec<Span> =
        spans.into_iter().map(|(_, span)| span).filter(|span| span.end.is_none_or(|end| end > since)).collect();
    let refused: Vec<Refused> =
        refused.into_iter().map(|(_, episode)| episode).filter(|episode| episode.first_at >= since).collect();
    let demand = Demand::recorded(&spans, &refused, now);
    let step = i64::from((owned / 20).max(1));
    let around = (-3..=3).map(|steps| i64::from(owned) + steps * step).filter_map(|seats| u32::try_from(seats).ok());
    let enough = demand.peak();
    let numbers: BTreeSet<u32> = around.chain(wanted).chain([enough]).filter(|seats| *seats > 0).collect();
    let with = numbers.into_iter().map(|seats| (seats, demand.with(seats))).collect();
    RightSized { owned, since, enough, with }
}

#[cfg(test)]
mod tests {
    use seatkeeper_domain::holder::HolderKey;
    use uuid::Uuid;

    use super::*;

    fn span(end: Option<i64>) -> (LicenseId, Span) {
        let at = |second| Timestamp::from_second(second).unwrap();
        let holder = HolderKey::detached(Uuid::nil().into());
        (LicenseId(Uuid::nil()), Span { holder, start: at(0), end: end.map(at) })
    }

    #[test]
    fn hours_of_which_not_all_was_read_are_left_to_the_job() {
        let held = |over: usize, live: usize| {
            let held = vec![span(Some(9)); over].into_iter().chain(vec![span(None); live]);
            Recorded { held: held.collect(), refused: Vec::new() }
        };
        assert!(held(4, 9).whole(5), "the seats that are held are all of them");
        assert!(!held(5, 0).whole(5), "there may be a sixth");
        assert!(held(0, 0).whole(5));
    }
}
