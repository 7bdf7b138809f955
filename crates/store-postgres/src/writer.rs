//! One writing connection: begin, commit, and a fresh connection after anything that broke one.
//!
//! Its calls block: each runs on a runtime of the writer's own, on the driver's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::{Clock, StoreError, Writer};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::address::Address;
use crate::commit;
use crate::database::runtime;
use crate::lane::Lane;
use crate::link::Link;
use crate::load::{self, Loaded};

/// A database away for longer than this was away for programs too: what they could not refresh is not taken back before
/// they had a lease's time to.
const OUTAGE: Duration = Duration::from_secs(5);

/// Writes the books; owned by one task of the batch driver.
pub struct PostgresWriter {
    address: Arc<Address>,
    clock: Arc<dyn Clock>,
    opened_at: Timestamp,
    epoch: u32,
    /// Who this writer is, among all that ever wrote.
    owner: Uuid,
    /// Before the runtime that it lives in: fields are dropped in this order.
    link: Option<Link>,
    runtime: Option<Runtime>,
    lane: Option<Lane>,
    batch: Option<Loaded>,
    /// The lane before a commit that nobody answered, and as that would have left it.
    unanswered: Option<(Lane, Lane)>,
    away_since: Option<Instant>,
}

impl PostgresWriter {
    pub(crate) fn new(address: Arc<Address>, clock: Arc<dyn Clock>, epoch: u32) -> Self {
        let opened_at = clock.now();
        Self {
            address,
            clock,
            opened_at,
            epoch,
            owner: Uuid::new_v4(),
            link: None,
            runtime: None,
            lane: None,
            batch: None,
            unanswered: None,
            away_since: None,
        }
    }

    /// Runs a task on the connection, which is made where there is none. A connection that was lost is not used again.
    fn on_link<T>(&mut self, task: impl AsyncFnOnce(&Link) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => runtime()?,
        };
        let runtime = self.runtime.insert(runtime);
        let (address, kept) = (&self.address, self.link.take());
        let done = runtime.block_on(async {
            let link = match kept {
                Some(link) => link,
                None => Link::open(address).await?,
            };
            let done = task(&link).await;
            Ok((link, done))
        });
        let (link, done) = done.inspect_err(|_| self.lost())?;
        match &done {
            Err(StoreError::Lost(_) | StoreError::Unknown(_)) => self.lost(),
            _ => self.link = Some(link),
        }
        done
    }

    fn lost(&mut self) {
        self.link = None;
        self.away_since.get_or_insert_with(Instant::now);
    }
}

impl Writer for PostgresWriter {
    fn begin(&mut self, needs: &Needs) -> Result<Ledger, StoreError> {
        let (owner, lane) = (self.owner, self.lane);
        let clock = self.clock.clone();
        let (opened_at, epoch) = (self.opened_at, self.epoch);
        let (lane, mut ledger, loaded) = self.on_link(async |link| {
            let lane = match lane {
                Some(lane) => lane,
                None => Lane::take(link, owner).await?,
            };
            let (ledger, loaded) = load::load(link, needs, &*clock, opened_at, epoch).await?;
            Ok((lane, ledger, loaded))
        })?;
        if self.away_since.take().is_some_and(|since| since.elapsed() >= OUTAGE) {
            tracing::info!("the database is back; no seat is taken back before programs had a lease's time to refresh");
            self.opened_at = ledger.now;
            ledger.opened_at = ledger.now;
        }
        (self.lane, self.batch) = (Some(lane), Some(loaded));
        Ok(ledger)
    }

    fn commit(&mut self, ledger: &Ledger) -> Result<(), StoreError> {
        let without_begin = || StoreError::Fault("a commit without a begin".to_owned());
        let (lane, loaded) = (self.lane.ok_or_else(without_begin)?, self.batch.take().ok_or_else(without_begin)?);
        let after = self.on_link(async |link| commit::write(link, ledger, &loaded, lane).await);
        if matches!(after, Err(StoreError::Conflict(_))) {
            // It may be another's by now.
            self.lane = None;
        }
        let Some(after) = after? else {
            // Nothing was changed: whether this end of the transaction is heard of makes no difference.
            return self.on_link(async |link| link.plain("COMMIT").await);
        };
        match self.on_link(async |link| link.plain("COMMIT").await) {
            Ok(()) => {
                self.lane = Some(after);
                Ok(())
            }
            Err(StoreError::Lost(why)) => {
                // Where it is now, only the database knows: if that is never asked, another is taken.
                self.lane = None;
                self.unanswered = Some((lane, after));
                Err(StoreError::Unknown(why))
            }
            Err(error) => Err(error),
        }
    }

    fn committed(&mut self) -> Result<bool, StoreError> {
        let Some((before, after)) = self.unanswered else { return Ok(false) };
        let stands = self.on_link(async |link| after.stands(link).await)?;
        self.unanswered = None;
        self.lane = Some(if stands { after } else { before });
        Ok(stands)
    }

    fn rollback(&mut self) {
        self.batch = None;
        if self.link.is_some() && self.on_link(async |link| link.plain("ROLLBACK").await).is_err() {
            self.link = None;
        }
    }
}

impl Drop for PostgresWriter {
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take()
            && self.link.is_some()
        {
            self.rollback();
            // Otherwise it is free a little later.
            if self.link.is_some()
                && let Err(error) = self.on_link(async |link| lane.give_back(link).await)
            {
                tracing::debug!(%error, "a lane was not given back");
            }
        }
    }
}
