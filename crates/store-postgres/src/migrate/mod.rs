//! These books as the source or the target of moving them to another engine: rows read and written in pages, and nobody who
//! serves them meanwhile.

mod rows;

use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_domain::event::Event;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{instant, stored};
use seatkeeper_store::migrate::{Found, HALF_COPIED, Identity, Kind, Record, Source, Target};
use seatkeeper_store::read::{EventRow, LanePosition};
use uuid::Uuid;

use crate::address::Address;
use crate::database::alone;
use crate::error::OpenError;
use crate::link::{Link, params};
use crate::pool::{CARE, Pool, Transaction};
use crate::reader::events::{OF_LANE, lanes};
use crate::row::{Columns, Result};
use crate::rows::event;
use crate::schema::{self, SERVES, Standing};

/// At one instant, with the lanes locked from then on: no server commits while books are copied.
const STILL: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ";
const LANES: &str = "SELECT lane FROM lanes ORDER BY lane FOR UPDATE";

/// What servers hold: lanes while they write, jobs all the time.
const HELD: &str = "SELECT lane FROM lanes \
         WHERE held_until > CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) \
     UNION ALL SELECT 0 FROM jobs \
         WHERE held_until > CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

const META: &str =
    "SELECT installation_id, restore_epoch, chain_length, chain_hash, (SELECT MAX(at) FROM lanes) FROM meta";
const NEW_META: &str = "INSERT INTO meta (one, installation_id, restore_epoch, chain_length, chain_hash) \
     VALUES (1, $1, $2, $3, $4)";
const LANE: &str = "UPDATE lanes SET sequence = $1, at = $2 WHERE lane = 1";
const MARK: &str = "UPDATE schema_version SET serves = $1 WHERE one = 1";
const MARKED: &str = "SELECT serves FROM schema_version";

/// A database while its books are moved.
pub struct PostgresMigration {
    pool: Arc<Pool>,
    /// The source's, at one instant.
    still: Option<Transaction>,
}

impl PostgresMigration {
    /// The books at an address, to be copied. No server can write them until this is dropped.
    ///
    /// # Errors
    /// If there are none, a server uses them, or they cannot be served by this version.
    pub fn from(url: &str) -> std::result::Result<Self, OpenError> {
        let (address, standing) = prepared(url)?;
        let place = || address.to_string();
        if standing == Standing::HalfCopied {
            return Err(OpenError::HalfCopied { place: place() });
        }
        let failed = |source| OpenError::Store { place: place(), source };
        let pool = Arc::new(Pool::new(&address, CARE).map_err(failed)?);
        let still = pool.begin(STILL).map_err(failed)?;
        still.rows(LANES, params![]).map_err(failed)?;
        if identity(&still).map_err(failed)?.is_none() {
            return Err(failed(StoreError::Unavailable("there are no books in it".to_owned())));
        }
        if !still.rows(HELD, params![]).map_err(failed)?.is_empty() {
            return Err(OpenError::Served { place: place() });
        }
        Ok(Self { pool, still: Some(still) })
    }

    /// A database that books are to be copied to.
    ///
    /// # Errors
    /// If it cannot be reached, or a later version wrote to it.
    pub fn to(url: &str) -> std::result::Result<Self, OpenError> {
        let (address, _) = prepared(url)?;
        let failed = |source| OpenError::Store { place: address.to_string(), source };
        Ok(Self { pool: Arc::new(Pool::new(&address, CARE).map_err(failed)?), still: None })
    }

    fn read<T>(&self, read: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        match &self.still {
            Some(still) => read(still),
            None => self.pool.read(read),
        }
    }
}

/// The database taken to the newest schema.
fn prepared(url: &str) -> std::result::Result<(Address, Standing), OpenError> {
    let address = Address::parse(url)?;
    let place = || address.to_string();
    let standing = alone(async || schema::migrate(&Link::open(&address).await?).await);
    match standing.map_err(|source| OpenError::Store { place: place(), source })? {
        Standing::Newer { found } => Err(OpenError::Newer { place: place(), found, known: schema::LATEST }),
        standing => Ok((address, standing)),
    }
}

impl Source for PostgresMigration {
    fn identity(&mut self) -> Result<Identity> {
        self.read(identity)?.ok_or_else(|| StoreError::Fault("there are no books".to_owned()))
    }

    fn count(&mut self, kind: Kind) -> Result<u64> {
        self.read(|at| {
            at.one(&format!("SELECT COUNT(*) FROM {}", kind.table()), params![], |row| Columns::of(row).count())
        })
        .map(Option::unwrap_or_default)
    }

    fn rows(&mut self, kind: Kind, after: Option<&Record>, limit: u32) -> Result<Vec<Record>> {
        self.read(|at| rows::page(at, kind, after, limit))
    }

    fn events(&mut self, after: LanePosition, limit: u32) -> Result<Vec<EventRow>> {
        let number = i64::try_from(after.number).unwrap_or(i64::MAX);
        self.read(|at| at.all(OF_LANE, params![i64::from(after.lane), number, i64::from(limit)], event::event))
    }
}

impl Target for PostgresMigration {
    fn found(&mut self) -> Result<Found> {
        self.pool.read(|at| {
            let serves: Option<u32> = at.one(MARKED, params![], |row| Columns::of(row).count())?;
            Ok(match identity(at)? {
                None => Found::Nothing,
                Some(of) if serves == Some(HALF_COPIED) => Found::Copy(of),
                Some(of) => Found::Books(of),
            })
        })
    }

    fn begin(&mut self, identity: &Identity) -> Result<()> {
        let Identity { installation_id, epoch, server_chain: chain, last_instant, .. } = identity;
        let meta = params![*installation_id, i64::from(*epoch), chain.length.cast_signed(), chain.hash.to_vec()];
        let lane = params![identity.events().cast_signed(), stored(*last_instant)];
        self.pool.change(|at| {
            // Refused where a server made books here meanwhile: they have one such row.
            at.rows(NEW_META, meta)?;
            at.rows(LANE, lane)?;
            at.rows(MARK, params![i64::from(HALF_COPIED)]).map(drop)
        })
    }

    fn write(&mut self, records: &[Record]) -> Result<()> {
        self.pool.change(|at| rows::write(at, records))
    }

    fn write_events(&mut self, number: u64, rows: &[EventRow]) -> Result<()> {
        let events: Vec<&Event> = rows.iter().map(|row| &row.event).collect();
        let last = i64::try_from(number).unwrap_or(i64::MAX) - 1;
        self.pool.change(|at| {
            at.rows(event::WRITE, event::parameters(&events, 1, last))?;
            event::mention_parameters(&events, 1, last)
                .map_or(Ok(()), |mentions| at.rows(event::WRITE_MENTIONS, mentions).map(drop))
        })
    }

    fn finish(&mut self) -> Result<()> {
        self.pool.change(|at| at.rows(MARK, params![i64::from(SERVES)]).map(drop))
    }
}

/// What the books say of themselves, where there are any.
fn identity(at: &Transaction) -> Result<Option<Identity>> {
    let lanes = lanes(at)?;
    let found = at.one(META, params![], |row| {
        let mut columns = Columns::of(row);
        let (installation_id, epoch) = (columns.id::<Uuid>()?, columns.count()?);
        let (server_chain, last) = (columns.chain()?, columns.get()?);
        let last_instant = instant(last).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Identity { installation_id, epoch, server_chain, lanes: Vec::new(), last_instant })
    })?;
    // A lane that was made and never written on says nothing.
    let lanes = lanes.into_iter().filter(|lane| lane.lane == 1 || lane.number > 0).collect();
    Ok(found.map(|identity| Identity { lanes, ..identity }))
}
