//! These books as the source or the target of moving them to another engine: the directory locked, the rows read and written in
//! pages.

mod rows;

use std::io::{Error, ErrorKind};
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{instant, stored};
use seatkeeper_store::migrate::{Found, HALF_COPIED, Identity, Kind, Record, Source, Target};
use seatkeeper_store::read::{EventRow, LanePosition};
use uuid::Uuid;

use crate::books::{Books, create, prepare};
use crate::connect;
use crate::error::{OpenError, store_error};
use crate::lock::Lock;
use crate::row::{Columns, all, one, run};
use crate::rows::event::{self, LANE, events};
use crate::schema::{self, SERVES, Standing};

/// Pages of the log after which it is copied into the file: it would grow to the size of all books.
const LOG: u32 = 4_096;

/// A data directory while its books are moved. No server can have it meanwhile.
pub struct SqliteMigration {
    conn: Connection,
    _lock: Lock,
}

impl SqliteMigration {
    /// The books in a directory, to be copied.
    ///
    /// # Errors
    /// If there are none, a server has them open, or they cannot be served by this version.
    pub fn from(dir: &Path) -> std::result::Result<Self, OpenError> {
        let file = connect::database(dir);
        if !file.exists() {
            let source = Error::new(ErrorKind::NotFound, "there are no books in it");
            return Err(OpenError::Directory { dir: dir.to_owned(), source });
        }
        // Taken to the newest schema, and let go of: a reader needs no more of it than its lock.
        drop(Books::open(dir)?);
        let lock = Lock::take(dir)?;
        let conn = connect::reader(&file).map_err(store_error)?;
        // What is read is read as at one instant.
        run(&conn, "BEGIN", ()).map_err(store_error)?;
        Ok(Self { conn, _lock: lock })
    }

    /// A directory that books are to be copied to, made where it is not there.
    ///
    /// # Errors
    /// If a server has it, it cannot be made, or a later version wrote to it.
    pub fn to(dir: &Path) -> std::result::Result<Self, OpenError> {
        let lock = Lock::take(dir)?;
        let file = create(dir)?;
        let mut conn = connect::open(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(store_error)?;
        if let Standing::Newer { found } = prepare(&mut conn).map_err(store_error)? {
            return Err(OpenError::Newer { dir: dir.to_owned(), found, known: schema::LATEST });
        }
        conn.pragma_update(None, "wal_autocheckpoint", LOG).map_err(store_error)?;
        Ok(Self { conn, _lock: lock })
    }

    /// Writes whole or not at all.
    fn change(&mut self, change: impl FnOnce(&Connection) -> Result<()>) -> std::result::Result<(), StoreError> {
        let changed = self.conn.transaction().and_then(|tx| change(&tx).and_then(|()| tx.commit()));
        changed.map_err(store_error)
    }
}

impl Source for SqliteMigration {
    fn identity(&mut self) -> std::result::Result<Identity, StoreError> {
        identity(&self.conn).map_err(store_error)?.ok_or_else(|| StoreError::Fault("there are no books".to_owned()))
    }

    fn count(&mut self, kind: Kind) -> std::result::Result<u64, StoreError> {
        let counted =
            one(&self.conn, &format!("SELECT COUNT(*) FROM {}", kind.table()), (), |row| Columns::of(row).u64());
        counted.map_err(store_error).map(Option::unwrap_or_default)
    }

    fn rows(&mut self, kind: Kind, after: Option<&Record>, limit: u32) -> std::result::Result<Vec<Record>, StoreError> {
        rows::page(&self.conn, kind, after, limit).map_err(store_error)
    }

    fn events(&mut self, after: LanePosition, limit: u32) -> std::result::Result<Vec<EventRow>, StoreError> {
        let sql = events!("WHERE e.number > ?1 ORDER BY e.number LIMIT ?2");
        let after = i64::try_from(after.number).unwrap_or(i64::MAX);
        all(&self.conn, sql, (after, limit), event::event).map_err(store_error)
    }
}

impl Target for SqliteMigration {
    fn found(&mut self) -> std::result::Result<Found, StoreError> {
        let half_copied = schema::standing(&self.conn).map_err(store_error)? == Standing::HalfCopied;
        Ok(match identity(&self.conn).map_err(store_error)? {
            None => Found::Nothing,
            Some(of) if half_copied => Found::Copy(of),
            Some(of) => Found::Books(of),
        })
    }

    fn begin(&mut self, identity: &Identity) -> std::result::Result<(), StoreError> {
        let chain = identity.server_chain;
        let meta = (identity.installation_id.as_bytes(), identity.epoch, chain.length.cast_signed(), chain.hash);
        let lane = (identity.events().cast_signed(), stored(identity.last_instant), LANE);
        self.change(|tx| {
            run(tx, "UPDATE schema SET serves = ?1", (HALF_COPIED,))?;
            let sql = "INSERT INTO meta (one, installation_id, restore_epoch, chain_length, chain_hash)
                VALUES (1, ?1, ?2, ?3, ?4)";
            run(tx, sql, meta)?;
            run(tx, "UPDATE lanes SET sequence = ?1, at = ?2 WHERE lane = ?3", lane).map(drop)
        })
    }

    fn write(&mut self, records: &[Record]) -> std::result::Result<(), StoreError> {
        self.change(|tx| records.iter().try_for_each(|record| rows::write(tx, record)))
    }

    fn write_events(&mut self, number: u64, events: &[EventRow]) -> std::result::Result<(), StoreError> {
        self.change(|tx| (number..).zip(events).try_for_each(|(at, row)| event::write(tx, at, &row.event).map(drop)))
    }

    fn finish(&mut self) -> std::result::Result<(), StoreError> {
        self.change(|tx| run(tx, "UPDATE schema SET serves = ?1", (SERVES,)).map(drop))
    }
}

/// What the books say of themselves, where there are any.
fn identity(conn: &Connection) -> Result<Option<Identity>> {
    let lanes = all(conn, "SELECT lane, sequence FROM lanes ORDER BY lane", (), |row| {
        let mut columns = Columns::of(row);
        Ok(LanePosition { lane: columns.get()?, number: columns.u64()? })
    })?;
    let sql = "SELECT installation_id, restore_epoch, chain_length, chain_hash, (SELECT MAX(at) FROM lanes) FROM meta";
    let read = |row: &rusqlite::Row<'_>| {
        let mut columns = Columns::of(row);
        Ok(Identity {
            installation_id: columns.id::<Uuid>()?,
            epoch: columns.get()?,
            server_chain: columns.chain()?,
            lanes,
            last_instant: instant(columns.get()?).unwrap_or(Timestamp::UNIX_EPOCH),
        })
    };
    conn.query_row(sql, (), read).optional()
}
