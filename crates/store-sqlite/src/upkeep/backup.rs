//! Copying the books, page by page, as they are at one instant, while the writer goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, Result};
use seatkeeper_store::StoreError;
use seatkeeper_store::write::Progress;

use crate::connect;
use crate::error::store_error;
use crate::lock::owner_only;

/// Pages between two words on how far it is.
const AT_ONCE: i32 = 64;

/// Copies what `from` reads to a new file, which is whole and on the disk when it appears under its name.
pub(super) fn copy(from: &Connection, to: &Path, progress: Progress<'_>) -> Result<(), StoreError> {
    let refused = |error: Error| StoreError::Unavailable(format!("{} cannot be made: {error}", to.display()));
    if to.try_exists().map_err(refused)? {
        return Err(refused(Error::new(ErrorKind::AlreadyExists, "it is there already")));
    }
    let partial = Partial::create(to).map_err(refused)?;
    pages(from, &partial.0, progress).map_err(store_error)?;
    partial.keep(to).map_err(refused)
}

fn pages(from: &Connection, to: &Path, progress: Progress<'_>) -> Result<()> {
    let mut copy = connect::open(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // It is synced once, at the end; until then it has another name.
    copy.pragma_update(None, "synchronous", "OFF")?;
    {
        // A transaction that has read keeps the copy at one instant: without it every commit would start it over.
        let instant = from.unchecked_transaction()?;
        instant.query_row("SELECT COUNT(*) FROM sqlite_schema", (), |_| Ok(()))?;
        let backup = Backup::new(&instant, &mut copy)?;
        loop {
            let step = backup.step(AT_ONCE)?;
            let count = |pages| u64::try_from(pages).unwrap_or(0);
            let (all, left) = (count(backup.progress().pagecount), count(backup.progress().remaining));
            progress(all.saturating_sub(left), all);
            if step == StepResult::Done {
                break;
            }
        }
    }
    // One file that can be read by itself, also where nothing may be written beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")
}

/// A file that is taken away again unless it is kept.
struct Partial(PathBuf);

impl Partial {
    fn create(to: &Path) -> std::io::Result<Self> {
        let mut name = to.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        name.push(".partial");
        let partial = Self(to.with_file_name(name));
        // Left by a copy that was interrupted, perhaps readable for others.
        match fs::remove_file(&partial.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        owner_only(OpenOptions::new().write(true).create_new(true)).open(&partial.0)?;
        Ok(partial)
    }

    fn keep(self, to: &Path) -> std::io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        fs::rename(&self.0, to)?;
        File::open(to.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone already where it was kept.
        let _ = fs::remove_file(&self.0);
    }
}
