//! Connections to the file, each set the same way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags, Result};
use seatkeeper_domain::holder::fold;

/// The database's name in its data directory.
pub(crate) const FILE: &str = "seatkeeper.db";

/// How long a connection waits for another's write: a backup's end, a pruning.
const BUSY: Duration = Duration::from_secs(5);

/// Statements kept prepared; more than there are.
const STATEMENTS: usize = 256;

/// Bytes that the WAL keeps on the disk once what is in it was copied, however long it grew during a backup.
const WAL_KEPT: u32 = 64 * 1024 * 1024;

/// KiB of pages that the writer keeps in memory: the inner pages of a few million rows' indexes.
const WRITER_CACHE_KIB: u32 = 64 * 1024;

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// A connection that changes rows. A commit returns once its WAL is on the disk.
pub(crate) fn writer(file: &Path) -> Result<Connection> {
    let conn = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "journal_size_limit", WAL_KEPT)?;
    // The log is copied beside the commits, not in them (checkpoint.rs).
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "cache_size", -i64::from(WRITER_CACHE_KIB))?;
    Ok(conn)
}

/// A connection that only reads. It may bring the file in order after a crash, but changes no row.
pub(crate) fn reader(file: &Path) -> Result<Connection> {
    let conn = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "query_only", true)?;
    // Names are folded as the domain folds them; SQLite's own LIKE knows ASCII only.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("fold", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.as_deref().map(fold))
    })?;
    Ok(conn)
}

/// A connection to a file that is being made, or that is looked at alone.
pub(crate) fn open(file: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on what is bound. Without this every statement on a table with a partial index is
    // compiled anew each time it is bound, to see whether the value makes the index fit.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}
