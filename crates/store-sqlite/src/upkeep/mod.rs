//! Care of the books beside the server's work: backup, check, pruning; and restoring.

mod backup;
mod check;
mod prune;
mod restore;
mod usage;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Result;
use seatkeeper_store::read::usage::Usage;
use seatkeeper_store::write::{CutOffs, Finding, Progress};
use seatkeeper_store::{Clock, StoreError, Upkeep};

use crate::connect;
use crate::error::store_error;
use crate::lock::Lock;
pub use restore::{RestoreError, restore};

/// Takes care of the books. Each task has a connection of its own.
pub struct SqliteUpkeep {
    file: PathBuf,
    clock: Arc<dyn Clock>,
    _lock: Arc<Lock>,
}

impl SqliteUpkeep {
    pub(crate) fn new(file: PathBuf, clock: Arc<dyn Clock>, lock: Arc<Lock>) -> Self {
        Self { file, clock, _lock: lock }
    }
}

impl Upkeep for SqliteUpkeep {
    fn backup(&self, to: &Path, progress: Progress<'_>) -> Result<(), StoreError> {
        let from = connect::reader(&self.file).map_err(store_error)?;
        backup::copy(&from, to, progress)
    }

    fn check(&self, progress: Progress<'_>) -> Result<Vec<Finding>, StoreError> {
        connect::reader(&self.file).and_then(|conn| check::check(&conn, progress)).map_err(store_error)
    }

    fn prune(&self, keep_days: u32) -> Result<bool, StoreError> {
        let cut = CutOffs::at(self.clock.now(), keep_days);
        connect::writer(&self.file).and_then(|mut conn| prune::prune(&mut conn, &cut)).map_err(store_error)
    }

    fn keep_usage(&self, usage: &[Usage], until: i64, keep_from: i64) -> Result<(), StoreError> {
        let kept = connect::writer(&self.file).and_then(|mut conn| usage::keep(&mut conn, usage, until, keep_from));
        kept.map_err(store_error)
    }
}
