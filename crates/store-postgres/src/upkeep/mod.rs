//! Care of the books beside the servers' work: check, pruning, who does which job. Backup and restore are the database's own
//! tools' business.

mod check;
mod prune;
mod usage;

use std::path::Path;
use std::sync::Arc;

use seatkeeper_store::read::usage::Usage;
use seatkeeper_store::write::{CutOffs, Finding, Progress};
use seatkeeper_store::{Clock, StoreError, Upkeep};
use uuid::Uuid;

use crate::link::params;
use crate::pool::Pool;

/// Takes care of the books.
pub struct PostgresUpkeep {
    pool: Arc<Pool>,
    clock: Arc<dyn Clock>,
    server: Uuid,
}

/// Takes a job that nobody has, or that the same server has, by the database's clock.
const CLAIM: &str = "INSERT INTO jobs (name, owner, held_until) \
     VALUES ($1, $2, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + $3) \
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, held_until = excluded.held_until \
     WHERE jobs.owner = excluded.owner \
         OR jobs.held_until <= CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) \
     RETURNING name";

impl PostgresUpkeep {
    pub(crate) fn new(pool: Arc<Pool>, clock: Arc<dyn Clock>, server: Uuid) -> Self {
        Self { pool, clock, server }
    }
}

impl Upkeep for PostgresUpkeep {
    /// Always refused: a copy taken through here would be slower and worse than the database's own.
    fn backup(&self, _to: &Path, _progress: Progress<'_>) -> Result<(), StoreError> {
        let sentence = "PostgreSQL is backed up with its own tools (pg_dump, pg_basebackup): docs/running.md says how";
        Err(StoreError::Unsupported(sentence.to_owned()))
    }

    fn check(&self, progress: Progress<'_>) -> Result<Vec<Finding>, StoreError> {
        self.pool.read(|at| check::check(at, progress))
    }

    fn prune(&self, keep_days: u32) -> Result<bool, StoreError> {
        let cut = CutOffs::at(self.clock.now(), keep_days);
        prune::prune(&self.pool, &cut)
    }

    fn keep_usage(&self, usage: &[Usage], until: i64, keep_from: i64) -> Result<(), StoreError> {
        usage::keep(&self.pool, usage, until, keep_from)
    }

    fn claim(&self, job: &str, seconds: u32) -> Result<bool, StoreError> {
        let asked = params![job.to_owned(), self.server, i64::from(seconds) * 1_000_000];
        match self.pool.change(|at| at.rows(CLAIM, asked)) {
            Ok(taken) => Ok(!taken.is_empty()),
            // Another server asked at the same time, and has it.
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
