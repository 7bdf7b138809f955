//! The one writing connection: begin, commit, and a fresh connection after anything that failed.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Result};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::event::Stream;
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_domain::session::Session;
use seatkeeper_store::{Clock, StoreError, Writer};

use crate::checkpoint::Checkpoints;
use crate::connect;
use crate::damage::Damage;
use crate::load;
use crate::lock::Lock;
use crate::row::{one, run};
use crate::rows::{account, activation, ask, block, catalogue, denial, event, key, license, session, token};
use seatkeeper_store::code::stored;

/// Writes the books; owned by the batch driver.
pub struct SqliteWriter {
    file: PathBuf,
    /// None after a failure: what a connection says after a failed write or fsync is not to be trusted.
    conn: Option<Connection>,
    clock: Arc<dyn Clock>,
    opened_at: Timestamp,
    epoch: u32,
    checkpoints: Checkpoints,
    damage: Arc<Damage>,
    _lock: Arc<Lock>,
}

impl SqliteWriter {
    pub(crate) fn new(file: PathBuf, clock: Arc<dyn Clock>, epoch: u32, damage: Arc<Damage>, lock: Arc<Lock>) -> Self {
        let opened_at = clock.now();
        let checkpoints = Checkpoints::start(&file, &damage);
        Self { file, conn: None, clock, opened_at, epoch, checkpoints, damage, _lock: lock }
    }

    fn load(&mut self, needs: &Needs) -> Result<Ledger> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let mut conn = connect::writer(&self.file)?;
                self.checkpoints.follow(&mut conn)?;
                conn
            }
        };
        let conn = self.conn.insert(conn);
        self.checkpoints.finish(conn);
        run(conn, "BEGIN IMMEDIATE", ())?;
        // Read after the lock is held: nothing commits between this instant and the facts.
        let now = self.clock.now();
        load::load(conn, needs, Ledger::new(now, self.opened_at, self.epoch))
    }
}

impl SqliteWriter {
    /// A commit whose sync failed may stand whole in the log, and a crash would bring back what is now refused. What
    /// is written next takes its place there, synced or not: a microsecond more, since SQLite writes no row that is as
    /// it was.
    fn write_over(&mut self) {
        self.conn = None;
        let written = connect::writer(&self.file)
            .and_then(|conn| run(&conn, "UPDATE lanes SET at = at + 1 WHERE lane = ?1", (event::LANE,)));
        if let Err(error) = written {
            tracing::warn!(%error, "the log could not be written over after a commit failed");
        }
    }
}

impl Writer for SqliteWriter {
    fn begin(&mut self, needs: &Needs) -> Result<Ledger, StoreError> {
        self.load(needs).map_err(|error| self.damage.told(error))
    }

    fn commit(&mut self, ledger: &Ledger) -> Result<(), StoreError> {
        let conn = self.conn.as_ref().ok_or_else(|| StoreError::Fault("a commit without a begin".to_owned()))?;
        let written = write(conn, ledger).and_then(|()| run(conn, "COMMIT", ())).map(drop);
        let written = written.map_err(|error| self.damage.told(error));
        if let Err(StoreError::Unavailable(_)) = written {
            self.write_over();
        }
        written
    }

    fn rollback(&mut self) {
        self.conn = None;
    }
}

/// Writes what became different. A batch that changed nothing writes nothing, and costs no fsync.
fn write(conn: &Connection, ledger: &Ledger) -> Result<()> {
    let before = conn.total_changes();
    rows(conn, ledger)?;
    if conn.total_changes() > before || !ledger.events.is_empty() {
        let events = ledger.events.len() as u64;
        // Not with RETURNING, for which SQLite copies the page first: 4 % of what a batch cost.
        let last = one(conn, "SELECT sequence FROM lanes WHERE lane = ?1", (event::LANE,), |row| row.get(0))?;
        let last: i64 = last.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let params = (last + events.cast_signed(), stored(ledger.now), event::LANE);
        run(conn, "UPDATE lanes SET sequence = ?1, at = ?2 WHERE lane = ?3", params)?;
        for (number, entry) in (last.cast_unsigned() + 1..).zip(&ledger.events) {
            event::write(conn, number, entry)?;
        }
    }
    if ledger.events.iter().any(|entry| entry.stream == Stream::Server) {
        let head = ledger.server_chain;
        let sql = "UPDATE meta SET chain_length = ?1, chain_hash = ?2";
        run(conn, sql, (head.length.cast_signed(), head.hash))?;
    }
    Ok(())
}

/// Rows in an order in which each finds its parents there.
fn rows(conn: &Connection, ledger: &Ledger) -> Result<()> {
    for (_, row) in ledger.products.changed() {
        catalogue::write_product(conn, row)?;
    }
    for (_, row) in ledger.customers.changed() {
        catalogue::write_customer(conn, row)?;
    }
    for (_, row) in ledger.licenses.changed() {
        license::write(conn, row)?;
    }
    for (id, row) in ledger.counters.changed() {
        license::write_counters(conn, *id, row)?;
    }
    for (_, row) in ledger.keys.changed() {
        key::write(conn, row)?;
    }
    for (_, row) in ledger.activations.changed() {
        activation::write(conn, row)?;
    }
    for (_, row) in ledger.installations.changed() {
        activation::write_installation(conn, row)?;
    }
    // A holder's place is free before another takes it: first what ended, then what was detached.
    let mut sessions: Vec<&Session> = ledger.sessions.changed().map(|(_, row)| row).collect();
    // Cached: telling who was detached takes a hash.
    sessions.sort_by_cached_key(|s| (s.live(), s.holder != HolderKey::detached(s.id), s.id));
    for row in sessions {
        match ledger.sessions.is_stored(&row.id) {
            true => session::update(conn, row)?,
            false => session::write(conn, row)?,
        };
    }
    for (id, row) in ledger.checkouts.changed() {
        if ledger.checkouts.is_stored(id) {
            session::update_checkout(conn, row)?;
            continue;
        }
        let session = ledger.sessions.get(&row.session_id).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        session::write_checkout(conn, row, session)?;
    }
    for id in &ledger.unblocked {
        block::remove(conn, *id)?;
    }
    for (id, row) in ledger.blocks.changed() {
        if !ledger.unblocked.contains(id) {
            block::write(conn, row)?;
        }
    }
    let mut denials: Vec<&Denial> = ledger.denials.changed().map(|(_, row)| row).collect();
    denials.sort_by_key(|d| (d.outcome.is_none(), d.id));
    denials.into_iter().try_for_each(|row| denial::write(conn, row).map(drop))?;
    for (_, row) in ledger.tokens.changed() {
        token::write(conn, row)?;
    }
    for (_, row) in ledger.signing_keys.changed() {
        token::write_signing_key(conn, row)?;
    }
    for (_, row) in ledger.answered.changed() {
        token::write_answered(conn, row)?;
    }
    for (_, row) in ledger.attempts.changed() {
        token::write_attempts(conn, row)?;
    }
    for (_, row) in ledger.accounts.changed() {
        account::write(conn, row)?;
    }
    for (_, row) in ledger.sign_ins.changed() {
        account::write_sign_in(conn, row)?;
    }
    for (_, row) in ledger.links.changed() {
        account::write_link(conn, row)?;
    }
    for (_, row) in ledger.mails.changed() {
        account::write_mail(conn, row)?;
    }
    for (_, row) in ledger.asks.changed() {
        ask::write(conn, row)?;
    }
    Ok(())
}
