//! The database: opening it, and handing out what writes it.

use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_store::code::instant;
use seatkeeper_store::{Clock, SteadyClock, StoreError};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use crate::address::Address;
use crate::error::OpenError;
use crate::link::{Link, Pipeline, params};
use crate::pool::{CARE, Pool, READING};
use crate::reader::PostgresReader;
use crate::row::Columns;
use crate::schema::{self, Standing};
use crate::upkeep::PostgresUpkeep;
use crate::writer::PostgresWriter;

/// A database that any number of servers share. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) address: Arc<Address>,
    reading: Arc<Pool>,
    care: Arc<Pool>,
    /// This server, among those that share the jobs.
    server: Uuid,
    meta: Meta,
}

/// What the books say of themselves.
#[derive(Clone, Copy, Debug)]
struct Meta {
    installation_id: Uuid,
    epoch: u32,
    last_instant: Timestamp,
    clock: Timestamp,
}

/// The books' own row, made by whoever is first.
const BEGIN: &str = "INSERT INTO meta (one, installation_id, restore_epoch, chain_length, chain_hash) \
     VALUES (1, $1, 0, 0, $2) ON CONFLICT (one) DO NOTHING";

const META: &str = "SELECT installation_id, restore_epoch, (SELECT MAX(at) FROM lanes), \
     CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) FROM meta";

const NEW_EPOCH: &str = "UPDATE meta SET restore_epoch = restore_epoch + 1 RETURNING restore_epoch";

impl Database {
    /// Opens the books at an address (`postgres://USER:PASSWORD@HOST:5432/NAME`, with several `HOST:PORT` where one may
    /// stand in for another), made where there are none yet and taken to the newest schema. Blocks until it is there.
    ///
    /// # Errors
    /// If the address cannot be read, nobody answers there, or a later version wrote the books.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        let address = Arc::new(Address::parse(url)?);
        let place = || address.to_string();
        let failed = |source| OpenError::Store { place: place(), source };
        let (standing, meta) = alone(async || prepare(&Link::open(&address).await?).await).map_err(failed)?;
        match (standing, meta) {
            (Standing::Newer { found }, _) => Err(OpenError::Newer { place: place(), found, known: schema::LATEST }),
            (Standing::Served, Some(meta)) => {
                let pool = |bounds| Pool::new(&address, bounds).map(Arc::new).map_err(failed);
                let (reading, care) = (pool(READING)?, pool(CARE)?);
                Ok(Self { address: address.clone(), reading, care, server: Uuid::new_v4(), meta })
            }
            (Standing::HalfCopied, _) => Err(OpenError::HalfCopied { place: place() }),
            (Standing::Served, None) => Err(failed(StoreError::Fault("the books do not name themselves".to_owned()))),
        }
    }

    /// The restore epoch: 0, and higher after each time that the database was restored from a backup. Leases name it.
    pub fn epoch(&self) -> u32 {
        self.meta.epoch
    }

    /// The id of this installation, drawn when the books were made.
    pub fn installation_id(&self) -> Uuid {
        self.meta.installation_id
    }

    /// A clock that follows the database's, for one server.
    pub fn clock(&self) -> SteadyClock {
        SteadyClock::of_database(self.meta.clock, self.meta.last_instant)
    }

    /// So many writers, for [the batch driver](seatkeeper_store::Driver::start_all). The server counts as open from now.
    pub fn writers(&self, clock: &Arc<dyn Clock>, count: usize) -> Vec<PostgresWriter> {
        (0..count).map(|_| PostgresWriter::new(self.address.clone(), clock.clone(), self.meta.epoch)).collect()
    }

    /// Reading beside the writers.
    pub fn reader(&self) -> PostgresReader {
        PostgresReader::new(self.reading.clone())
    }

    /// Care of the books beside the writers.
    pub fn upkeep(&self, clock: Arc<dyn Clock>) -> PostgresUpkeep {
        PostgresUpkeep::new(self.care.clone(), clock, self.server)
    }

    /// Begins a new restore epoch, after the database was restored from a backup while no server ran on it.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub fn new_epoch(&self) -> Result<u32, StoreError> {
        alone(async || {
            let link = Link::open(&self.address).await?;
            let mut asked = Pipeline::default();
            let epoch = asked.ask(NEW_EPOCH, params![]);
            let told = link.send(asked).await?;
            let row = told
                .rows(epoch)
                .first()
                .ok_or_else(|| StoreError::Fault("the books do not name themselves".to_owned()))?;
            Columns::of(row).count()
        })
    }
}

async fn prepare(link: &Link) -> Result<(Standing, Option<Meta>), StoreError> {
    let standing = schema::migrate(link).await?;
    if standing != Standing::Served {
        return Ok((standing, None));
    }
    let mut asked = Pipeline::default();
    asked.ask(BEGIN, params![Uuid::new_v4(), vec![0u8; 32]]);
    let meta = asked.ask(META, params![]);
    let told = link.send(asked).await?;
    let meta = told.rows(meta).first().map(|row| {
        let mut columns = Columns::of(row);
        Ok::<_, StoreError>(Meta {
            installation_id: columns.id()?,
            epoch: columns.count()?,
            last_instant: instant(columns.get()?).unwrap_or(Timestamp::UNIX_EPOCH),
            clock: columns.at()?,
        })
    });
    // A copy that was begun meanwhile has the row that was found, and is nobody's to serve.
    Ok((schema::migrate(link).await?, meta.transpose()?))
}

/// A runtime of one's own, on the thread that uses it.
pub(crate) fn runtime() -> Result<Runtime, StoreError> {
    let made = Builder::new_current_thread().enable_all().build();
    made.map_err(|error| StoreError::Fault(format!("no runtime for a connection: {error}")))
}

/// Runs to the end on a thread of its own, so that it may be called from within another runtime.
pub(crate) fn alone<T: Send>(task: impl AsyncFnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        let running = scope.spawn(|| runtime()?.block_on(task()));
        running.join().unwrap_or_else(|_| Err(StoreError::Fault("opening the database panicked".to_owned())))
    })
}
