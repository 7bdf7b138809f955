//! The books, opened where they are: what reads and writes them. The one place where a server tells its engines apart.

use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::Context;
use jiff::Timestamp;
use seatkeeper_service::Failure;
use seatkeeper_store::{Clock, Driver, Reader, SteadyClock, StoreError, Upkeep};
use seatkeeper_store_postgres::Database;
use seatkeeper_store_sqlite::{Books, Lock};
use uuid::Uuid;

use crate::place::{BooksAt, Place};

/// Open books. Dropping them answers what was accepted and closes them.
pub(super) struct OpenBooks {
    pub(super) reader: Arc<dyn Reader>,
    pub(super) upkeep: Arc<dyn Upkeep>,
    pub(super) clock: Arc<dyn Clock>,
    /// The restore epoch.
    pub(super) epoch: u32,
    /// The id of the installation: one for all servers on the same books.
    pub(super) installation_id: Uuid,
    pub(super) driver: Driver,
    /// Of the data folder, where the books are elsewhere: its socket is one server's.
    _folder: Option<Lock>,
}

/// Opens the books, made where there are none yet. Blocks.
pub(super) fn open(place: &Place) -> anyhow::Result<OpenBooks> {
    match &place.books {
        BooksAt::Folder => embedded(&place.data, |last| Arc::new(SteadyClock::starting(last))),
        BooksAt::Database(url) => shared(url.expose(), &place.data),
    }
}

/// Opens the books of a folder, by a clock that is never earlier than the last instant they know. Blocks.
pub(super) fn embedded(data: &Path, clock: impl FnOnce(Timestamp) -> Arc<dyn Clock>) -> anyhow::Result<OpenBooks> {
    let books = Books::open(data)?;
    let clock = clock(books.last_instant());
    Ok(OpenBooks {
        reader: Arc::new(books.reader()),
        upkeep: Arc::new(books.upkeep(clock.clone())),
        driver: Driver::start(books.writer(clock.clone())).context(NO_THREAD)?,
        clock,
        epoch: books.epoch(),
        installation_id: books.installation_id(),
        _folder: None,
    })
}

fn shared(url: &str, data: &Path) -> anyhow::Result<OpenBooks> {
    let folder = Lock::take(data)?;
    let database = Database::open(url)?;
    let clock: Arc<dyn Clock> = Arc::new(database.clock());
    // While one waits for the database to commit, another decides.
    let writers = available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    Ok(OpenBooks {
        reader: Arc::new(database.reader()),
        upkeep: Arc::new(database.upkeep(clock.clone())),
        driver: Driver::start_all(database.writers(&clock, writers)).context(NO_THREAD)?,
        clock,
        epoch: database.epoch(),
        installation_id: database.installation_id(),
        _folder: Some(folder),
    })
}

/// Whether the books could not be opened because their database is away, which may be over in a while.
pub(super) fn are_away(error: &anyhow::Error) -> bool {
    let lost = |error: &StoreError| matches!(error, StoreError::Lost(_) | StoreError::Unknown(_));
    error.chain().any(|cause| match cause.downcast_ref::<Failure>() {
        Some(Failure::Store(error)) => lost(error),
        _ => cause.downcast_ref().is_some_and(lost),
    })
}

const NO_THREAD: &str = "no thread to write with";
