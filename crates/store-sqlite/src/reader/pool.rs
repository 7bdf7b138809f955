//! A few reading connections, shared by all who read.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Result};
use seatkeeper_store::StoreError;

use crate::connect;
use crate::damage::Damage;

/// Connections at most. Reading is short and mostly from memory; more would only wait for the same cores.
const MOST: usize = 8;

/// The connections that nobody uses, and how many there are.
pub(crate) struct Pool {
    file: PathBuf,
    damage: Arc<Damage>,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    out: usize,
}

impl Pool {
    pub(crate) fn new(file: PathBuf, damage: Arc<Damage>) -> Self {
        Self { file, damage, state: Mutex::default(), returned: Condvar::new() }
    }

    /// Reads the books as they are at one instant. A connection that failed is not used again.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T, StoreError> {
        let mut borrowed = Borrowed { pool: self, conn: self.take() };
        let outcome = borrowed.conn.take().map_or_else(|| connect::reader(&self.file), Ok).and_then(|conn| {
            let tx = conn.unchecked_transaction()?;
            let read = read(&tx)?;
            tx.finish()?;
            borrowed.conn = Some(conn);
            Ok(read)
        });
        outcome.map_err(|error| self.damage.told(error))
    }

    /// Fails where damage to the file was met, by a reader or the writer.
    pub(super) fn sound(&self) -> Result<(), StoreError> {
        self.damage.none_met()
    }

    fn take(&self) -> Option<Connection> {
        let mut state = self.lock();
        while state.out >= MOST {
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.out += 1;
        state.idle.pop()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool, given back also when reading fails or panics.
struct Borrowed<'a> {
    pool: &'a Pool,
    conn: Option<Connection>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.out -= 1;
        state.idle.extend(self.conn.take());
        drop(state);
        self.pool.returned.notify_one();
    }
}
