//! Seats that may be taken back: as many as are wanted beyond those that are free, and no more.

use std::collections::{BTreeMap, BTreeSet};

use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_domain::session::Session;
use seatkeeper_store::code::stored;
use uuid::Uuid;

use super::first::{Asking, LIVE_CHECKOUTS, take_checkout};
use crate::link::{Link, Pipeline, params};
use crate::row::Result;
use crate::rows::session::{self, sessions};

/// Sessions of a licence looked at in one go.
const PAGE: usize = 64;

/// Sessions looked at by one round of the job, whose hints may all be early. They are corrected, so that the next round
/// begins after them.
const ONE_ROUND: usize = 2_048;

/// The next live sessions of each licence whose hint has passed, by hint and id.
const PASSED: &str = concat!(
    "SELECT s.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS UUID[])) AS asked (license, hint, id) \
     CROSS JOIN LATERAL (",
    sessions!(
        "WHERE s.license = asked.license AND s.ended_at IS NULL AND s.reclaim_hint <= $4 \
             AND (s.reclaim_hint, s.id) > (asked.hint, asked.id) ORDER BY s.reclaim_hint, s.id LIMIT 64"
    ),
    ") AS s ORDER BY s.license, s.reclaim_hint, s.id"
);

/// What is looked for in one licence.
struct Search {
    wanted: u32,
    at_most: usize,
    due: u32,
    after: (i64, Uuid),
    found: BTreeSet<(jiff::Timestamp, seatkeeper_domain::id::SessionId)>,
}

/// Candidates of every licence that wants seats, or that is to be gone through.
pub(super) async fn load(link: &Link, needs: &Needs, ledger: &mut Ledger) -> Result<()> {
    let licenses: BTreeSet<LicenseId> = needs.seats.keys().chain(needs.due.keys()).copied().collect();
    let mut searches: BTreeMap<LicenseId, Search> = BTreeMap::new();
    for id in licenses {
        let missing = missing(ledger, id, needs.seats.get(&id).copied().unwrap_or(0));
        let wanted = missing.max(needs.due.get(&id).copied().unwrap_or(0));
        // A seat that may be taken back never causes a refusal, however many hints are early.
        let at_most = if missing > 0 { usize::MAX } else { ONE_ROUND };
        let search = Search { wanted, at_most, due: 0, after: (i64::MIN, Uuid::nil()), found: BTreeSet::new() };
        match wanted {
            0 => drop(ledger.candidates.insert(id, BTreeSet::new())),
            _ => drop(searches.insert(id, search)),
        }
    }
    while !searches.is_empty() {
        page(link, ledger, &mut searches).await?;
    }
    Ok(())
}

/// How many of the seats that are wanted are not free.
fn missing(ledger: &Ledger, id: LicenseId, wanted: u32) -> u32 {
    let (Some(license), Some(counters)) = (ledger.licenses.get(&id), ledger.counters.get(&id)) else { return 0 };
    counters.in_use.saturating_add(wanted).saturating_sub(license.limit(ledger.now))
}

/// One page of every search; those that have all they look for, or have come to the end, are over.
async fn page(link: &Link, ledger: &mut Ledger, searches: &mut BTreeMap<LicenseId, Search>) -> Result<()> {
    let licenses: Vec<Uuid> = searches.keys().map(|id| id.0).collect();
    let (hints, after): (Vec<i64>, Vec<Uuid>) = searches.values().map(|search| search.after).unzip();
    let mut asked = Pipeline::default();
    let passed = asked.ask(PASSED, params![licenses, hints, after, stored(ledger.now)]);
    let told = link.send(asked).await?;
    let mut pages: BTreeMap<LicenseId, Vec<Session>> = BTreeMap::new();
    for row in told.rows(passed) {
        let session = session::session(row)?;
        pages.entry(session.license_id).or_default().push(session);
    }
    let sessions: Vec<Uuid> = pages.values().flatten().map(|session| session.id.0).collect();
    if !sessions.is_empty() {
        let mut asking = Asking::default();
        asking.ask(LIVE_CHECKOUTS, params![sessions], take_checkout);
        asking.into_ledger(link, ledger).await?;
    }
    let mut over = Vec::new();
    for (id, search) in searches.iter_mut() {
        let page = pages.remove(id).unwrap_or_default();
        let more = page.len() == PAGE;
        search.take(page, ledger);
        if !more || search.due >= search.wanted || search.found.len() >= search.at_most {
            over.push(*id);
        }
    }
    for id in over {
        if let Some(search) = searches.remove(&id) {
            ledger.candidates.insert(id, search.found);
        }
    }
    Ok(())
}

impl Search {
    /// Takes in sessions, whose checkouts are loaded, until so many of them are really due.
    fn take(&mut self, page: Vec<Session>, ledger: &mut Ledger) {
        if let Some(last) = page.last() {
            self.after = (stored(last.reclaim_hint), last.id.0);
        }
        for session in page {
            if self.due == self.wanted {
                break;
            }
            let id = session.id;
            self.found.insert((session.reclaim_hint, id));
            ledger.load_session(session);
            self.due += u32::from(ledger.due_back(id) <= ledger.now);
        }
    }
}
