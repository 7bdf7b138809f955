//! Seats that may be taken back: as many as are wanted beyond those that are free, and no more.

use std::collections::BTreeSet;

use rusqlite::Result;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::needs::Needs;
use seatkeeper_domain::session::Session;
use uuid::Uuid;

use super::Loader;
use crate::row::all;
use crate::rows::session::{self, sessions};
use seatkeeper_store::code::stored;

/// Sessions looked at in one go.
const PAGE: u32 = 64;

/// Sessions looked at by one round of the job, whose hints may all be early. They are corrected, so that
/// the next round begins after them.
const ONE_ROUND: usize = 2_048;

impl Loader<'_> {
    /// Candidates of every licence that wants seats, or that is to be gone through.
    pub(super) fn due(&mut self, needs: &Needs) -> Result<()> {
        let licenses: BTreeSet<_> = needs.seats.keys().chain(needs.due.keys()).collect();
        for id in licenses {
            let missing = self.missing(*id, needs.seats.get(id).copied().unwrap_or(0));
            let wanted = missing.max(needs.due.get(id).copied().unwrap_or(0));
            // A seat that may be taken back never causes a refusal, however many hints are early.
            let at_most = if missing > 0 { usize::MAX } else { ONE_ROUND };
            self.candidates(*id, wanted, at_most)?;
        }
        Ok(())
    }

    /// How many of the seats that are wanted are not free.
    fn missing(&self, id: LicenseId, wanted: u32) -> u32 {
        let (Some(license), Some(counters)) = (self.ledger.licenses.get(&id), self.ledger.counters.get(&id)) else {
            return 0;
        };
        counters.in_use.saturating_add(wanted).saturating_sub(license.limit(self.ledger.now))
    }

    /// Sessions whose hint has passed, with their checkouts, until so many of them are really due.
    fn candidates(&mut self, id: LicenseId, wanted: u32, at_most: usize) -> Result<()> {
        let (mut due, mut found) = (0, BTreeSet::new());
        let mut after = (i64::MIN, Uuid::nil());
        while due < wanted && found.len() < at_most {
            let page = self.passed(id, after)?;
            let Some((_, last)) = page.last() else { break };
            after = (stored(last.reclaim_hint), last.id.0);
            for (n, session) in page {
                if due == wanted {
                    break;
                }
                let id = session.id;
                found.insert((session.reclaim_hint, id));
                self.take_session(session)?;
                self.live_checkouts(n)?;
                due += u32::from(self.ledger.due_back(id) <= self.ledger.now);
            }
        }
        self.ledger.candidates.insert(id, found);
        Ok(())
    }

    /// The next live sessions whose hint has passed, by hint and id.
    fn passed(&self, id: LicenseId, (hint, after): (i64, Uuid)) -> Result<Vec<(i64, Session)>> {
        let sql = sessions!(
            "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.ended_at IS NULL AND s.reclaim_hint <= ?2
                 AND (s.reclaim_hint, s.id) > (?3, ?4) ORDER BY s.reclaim_hint, s.id LIMIT ?5"
        );
        let params = (id.0.as_bytes(), stored(self.ledger.now), hint, after.as_bytes(), PAGE);
        all(self.conn, sql, params, session::numbered)
    }
}
