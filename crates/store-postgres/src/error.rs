//! What can go wrong with the database, in sentences that say what to do. Never shows a password.

use seatkeeper_store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why the books cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is none.
    #[error("the database's address cannot be read: {0}. It looks like postgres://USER:PASSWORD@HOST:5432/NAME")]
    Address(String),
    /// They were written by a later version.
    #[error(
        "the books in {place} are at step {found} and this version of Seatkeeper knows {known}: start the version that wrote them, or a later one"
    )]
    Newer {
        /// Which database.
        place: String,
        /// The last step of its schema.
        found: u32,
        /// The last step that this version knows.
        known: u32,
    },
    /// They are a copy that is not finished.
    #[error("the books in {place} are half a copy of others: go on with `seatkeeper migrate`, or empty the database")]
    HalfCopied {
        /// Which database.
        place: String,
    },
    /// A server may be writing there.
    #[error("a server uses {place}, or did a moment ago: stop it, and try again in a minute")]
    Served {
        /// Which database.
        place: String,
    },
    /// It cannot be reached or asked.
    #[error("{place} cannot be used")]
    Store {
        /// Which database.
        place: String,
        /// Why.
        source: StoreError,
    },
}

/// The failure as the rest of the server knows it.
pub(crate) fn store_error(error: Error) -> StoreError {
    let Some(code) = error.code() else {
        return match error.is_closed()
            || std::error::Error::source(&error).is_some_and(|source| source.is::<std::io::Error>())
        {
            true => StoreError::Lost(said(&error)),
            false => StoreError::Fault(said(&error)),
        };
    };
    let why = said(&error);
    match code.code() {
        "40001" | "40P01" | "55P03" => StoreError::Conflict(why),
        // A former leader, which answers on but writes no more.
        "25006" => StoreError::Lost(why),
        "53100" => StoreError::Unavailable("the database's disk is full".to_owned()),
        "53200" | "53300" => StoreError::Lost(why),
        // Cut short by our own bounds: the statement's time, or the transaction's while nobody asked.
        "57014" | "25P03" => StoreError::Lost(why),
        "58030" | "XX001" | "XX002" => {
            StoreError::Unavailable(format!("the database's disk failed or its files are damaged ({why})"))
        }
        code if code.starts_with("23") => StoreError::Constraint(why),
        code if code.starts_with("08") || code.starts_with("57P") => StoreError::Lost(why),
        code if code.starts_with("28") || code == SqlState::INVALID_CATALOG_NAME.code() => StoreError::Lost(why),
        _ => StoreError::Fault(why),
    }
}

/// What the database said, with its code, or what the network did.
fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => {
            let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
            format!("{error}{cause}")
        }
    }
}
