//! Putting a backup in the place of the books, whole or not at all.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use seatkeeper_store::write::{Finding, Progress};
use seatkeeper_store::{Clock, StoreError};

use super::{backup, check};
use crate::connect;
use crate::error::{OpenError, store_error};
use crate::lock::Lock;
use crate::schema::{self, Standing};

/// Why a backup was not restored. The books that were there, if any, are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The data directory cannot be had, or another server uses it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There are books already, and nobody said that they may be replaced.
    #[error("there are books in {} already: restore into another directory, or say that they may be replaced", .dir.display())]
    NotEmpty {
        /// The data directory.
        dir: PathBuf,
    },
    /// There is no such file, or it is something else.
    #[error("{} is no backup of Seatkeeper that can be read", .file.display())]
    NoBackup {
        /// The file.
        file: PathBuf,
        /// What was met in it.
        source: StoreError,
    },
    /// The backup is not whole.
    #[error("the backup is damaged: {}", .findings.first().map_or("", |finding| finding.detail.as_str()))]
    Damaged {
        /// What is wrong with it.
        findings: Vec<Finding>,
    },
    /// The backup cannot be read, or the books not written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Restores a backup into a data directory, which is new or empty unless `replace` says that the books in it
/// may go. The restore epoch is raised above that of both, so that leases given since the backup are known as such.
/// `progress` is told twice from the start: while the backup is checked, and while it is copied.
pub fn restore(
    from: &Path,
    into: &Path,
    replace: bool,
    clock: &dyn Clock,
    progress: Progress<'_>,
) -> Result<(), RestoreError> {
    let _lock = Lock::take(into)?;
    let file = connect::database(into);
    let there = fs::metadata(&file).is_ok_and(|meta| meta.len() > 0);
    if there && !replace {
        return Err(RestoreError::NotEmpty { dir: into.to_owned() });
    }
    let no_backup = |error| RestoreError::NoBackup { file: from.to_owned(), source: store_error(error) };
    let backup = connect::open(from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(no_backup)?;
    if let Standing::Newer { found } = schema::standing(&backup).map_err(no_backup)? {
        let (dir, known) = (from.to_owned(), schema::LATEST);
        return Err(OpenError::Newer { dir, found, known }.into());
    }
    let findings = check::check(&backup, &mut *progress).map_err(store_error)?;
    if !findings.is_empty() {
        return Err(RestoreError::Damaged { findings });
    }
    let epoch = next_epoch(&backup, there.then_some(&file), clock)?;
    let new = into.join("restored.db");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(into)(error)),
        _ => {}
    }
    backup::copy(&backup, &new, progress)?;
    raise(&new, epoch).map_err(store_error)?;
    put_in_place(&new, &file).map_err(failed(into))
}

fn failed(dir: &Path) -> impl Fn(Error) -> RestoreError + '_ {
    |source| OpenError::Directory { dir: dir.to_owned(), source }.into()
}

/// An epoch above those of the backup and of the books in place. It is the time where that is more: the same
/// backup may be restored twice, and what was given after the first time is forgotten by the second.
fn next_epoch(backup: &Connection, there: Option<&PathBuf>, clock: &dyn Clock) -> Result<u32, StoreError> {
    let of = |conn: &Connection| conn.query_row("SELECT restore_epoch FROM meta", (), |row| row.get::<_, u32>(0));
    let of_backup = of(backup).map_err(store_error)?;
    // Books that are to be replaced may be too damaged to tell.
    let of_books = there.and_then(|file| connect::reader(file).and_then(|conn| of(&conn)).ok()).unwrap_or(0);
    let seconds = u32::try_from(clock.now().as_second()).unwrap_or(0);
    Ok(of_backup.max(of_books).saturating_add(1).max(seconds))
}

fn raise(file: &Path, epoch: u32) -> rusqlite::Result<()> {
    let conn = connect::open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "synchronous", "EXTRA")?;
    conn.execute("UPDATE meta SET restore_epoch = ?1", (epoch,)).map(drop)
}

/// The old WAL goes first: with the new file it would be another's.
fn put_in_place(new: &Path, file: &Path) -> std::io::Result<()> {
    for suffix in ["-wal", "-shm"] {
        let mut beside = file.as_os_str().to_owned();
        beside.push(suffix);
        match fs::remove_file(PathBuf::from(beside)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(new, file)?;
    fs::File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}
