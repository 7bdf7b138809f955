//! The data directory: opening it, alone, and handing out what reads and writes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};
use seatkeeper_store::Clock;
use uuid::Uuid;

use crate::connect;
use crate::damage::Damage;
use crate::error::{OpenError, store_error};
use crate::lock::{Lock, owner_only};
use crate::reader::{Pool, SqliteReader};
use crate::schema::{self, Standing};
use crate::upkeep::SqliteUpkeep;
use crate::writer::SqliteWriter;

/// A data directory that this process has to itself, for as long as anything made from it lives.
pub struct Books {
    file: PathBuf,
    lock: Arc<Lock>,
    pool: Arc<Pool>,
    damage: Arc<Damage>,
    meta: Meta,
}

/// What the books say of themselves.
#[derive(Clone, Copy, Debug)]
struct Meta {
    installation_id: Uuid,
    epoch: u32,
    last_instant: Timestamp,
}

impl Books {
    /// Opens the books in a data directory, made where it is not there yet and taken to the newest schema.
    pub fn open(dir: &Path) -> std::result::Result<Self, OpenError> {
        let lock = Arc::new(Lock::take(dir)?);
        let file = create(dir)?;
        let mut conn = connect::open(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(store_error)?;
        match prepare(&mut conn).map_err(store_error)? {
            Standing::Newer { found } => {
                return Err(OpenError::Newer { dir: dir.to_owned(), found, known: schema::LATEST });
            }
            Standing::HalfCopied => return Err(OpenError::HalfCopied { dir: dir.to_owned() }),
            Standing::Served => {}
        }
        let meta = meta(&conn).map_err(store_error)?;
        let damage = Arc::<Damage>::default();
        Ok(Self { pool: Arc::new(Pool::new(file.clone(), damage.clone())), damage, file, lock, meta })
    }

    /// The restore epoch: 0, and higher after each time that a backup was restored. Leases name it.
    pub fn epoch(&self) -> u32 {
        self.meta.epoch
    }

    /// The id of this installation, drawn when the books were made.
    pub fn installation_id(&self) -> Uuid {
        self.meta.installation_id
    }

    /// The last instant that the books knew when they were opened. A clock must not start before it.
    pub fn last_instant(&self) -> Timestamp {
        self.meta.last_instant
    }

    /// The writer, for the batch driver; there should be one. The server counts as open from now.
    pub fn writer(&self, clock: Arc<dyn Clock>) -> SqliteWriter {
        SqliteWriter::new(self.file.clone(), clock, self.meta.epoch, self.damage.clone(), self.lock.clone())
    }

    /// Reading beside the writer.
    pub fn reader(&self) -> SqliteReader {
        SqliteReader::new(self.pool.clone(), self.lock.clone())
    }

    /// Care of the books beside the writer.
    pub fn upkeep(&self, clock: Arc<dyn Clock>) -> SqliteUpkeep {
        SqliteUpkeep::new(self.file.clone(), clock, self.lock.clone())
    }
}

/// The file in a data directory, made for its owner alone where it is not there: SQLite would make it readable for everybody.
pub(crate) fn create(dir: &Path) -> std::result::Result<PathBuf, OpenError> {
    let file = connect::database(dir);
    owner_only(std::fs::OpenOptions::new().create(true).append(true))
        .open(&file)
        .map_err(|source| OpenError::Directory { dir: dir.to_owned(), source })?;
    Ok(file)
}

pub(crate) fn prepare(conn: &mut Connection) -> Result<Standing> {
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    schema::migrate(conn)
}

fn meta(conn: &Connection) -> Result<Meta> {
    if conn.query_row("SELECT 1 FROM meta", (), |_| Ok(())).optional()?.is_none() {
        let random = conn.query_row("SELECT randomblob(16)", (), |row| row.get(0))?;
        let sql = "INSERT INTO meta (one, installation_id, restore_epoch, chain_length, chain_hash)
            VALUES (1, ?1, 0, 0, zeroblob(32))";
        conn.execute(sql, (uuid::Builder::from_random_bytes(random).into_uuid().as_bytes(),))?;
    }
    conn.query_row("SELECT installation_id, restore_epoch, (SELECT MAX(at) FROM lanes) FROM meta", (), |row| {
        Ok(Meta {
            installation_id: Uuid::from_bytes(row.get(0)?),
            epoch: row.get(1)?,
            last_instant: Timestamp::from_microsecond(row.get(2)?).unwrap_or(Timestamp::UNIX_EPOCH),
        })
    })
}
