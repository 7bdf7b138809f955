//! What can go wrong with the file, in sentences that say what to do.

use std::path::PathBuf;

use rusqlite::{Error, ErrorCode, ffi};
use seatkeeper_store::StoreError;

/// Why the books cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server has them open.
    #[error("another server uses the data directory {}{}", .dir.display(), .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// The other's process, where it wrote itself down.
        pid: Option<u32>,
    },
    /// They were written by a later version.
    #[error("the books in {} are at step {found} and this version of Seatkeeper knows {known}: start the version that wrote them, or a later one", .dir.display())]
    Newer {
        /// The data directory.
        dir: PathBuf,
        /// The last step of the file's schema.
        found: u32,
        /// The last step that this version knows.
        known: u32,
    },
    /// They are a copy that is not finished.
    #[error("the books in {} are half a copy of others: go on with `seatkeeper migrate`, or empty the directory", .dir.display())]
    HalfCopied {
        /// The data directory.
        dir: PathBuf,
    },
    /// The directory or the lock file cannot be made.
    #[error("{} cannot be used as a data directory", .dir.display())]
    Directory {
        /// The data directory.
        dir: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The failure as the rest of the server knows it.
pub(crate) fn store_error(error: Error) -> StoreError {
    if is_damage(&error) {
        let what = format!("the file is damaged ({error}): run `seatkeeper check`, restore a backup");
        return StoreError::Unavailable(what);
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Conflict(error.to_string()),
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(error.to_string()),
        Some(ErrorCode::DiskFull) => StoreError::Unavailable("the disk is full".to_owned()),
        Some(ErrorCode::ReadOnly) => StoreError::Unavailable("the disk or the file is read-only".to_owned()),
        Some(ErrorCode::SystemIoFailure) => StoreError::Unavailable(io_failure(&error).to_owned()),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::Unavailable(format!("the file cannot be opened ({error})"))
        }
        Some(ErrorCode::OutOfMemory) => StoreError::Unavailable("there is no memory left".to_owned()),
        _ => StoreError::Fault(error.to_string()),
    }
}

/// Whether the file does not hold what was written there: SQLite says so, or a column is of another kind.
pub(crate) fn is_damage(error: &Error) -> bool {
    let corrupt = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    corrupt
        || matches!(
            error,
            Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::InvalidColumnType(..)
                | Error::Utf8Error(..)
        )
}

fn io_failure(error: &Error) -> &'static str {
    match error.sqlite_error().map(|e| e.extended_code) {
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => "the disk failed to keep what was written",
        Some(ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE) => "the disk failed to write",
        Some(ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ) => "the disk failed to read",
        Some(ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMOPEN | ffi::SQLITE_IOERR_SHMMAP) => {
            "the disk has no room for the file's index"
        }
        _ => "the disk failed",
    }
}
