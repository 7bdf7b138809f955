//! The model as an engine: books that two writers and a reader may share, and that survive what is opened on
//! them. It takes no decision and never fails, except where a constraint is broken.

mod asks;
mod licenses;
mod people;
mod read;
mod record;
mod refusals;
mod seats;
mod timeline;
mod usage;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;

use super::Books;
use crate::clock::Clock;
use crate::error::StoreError;
use crate::write::Writer;

/// Books in memory, opened by one server.
#[derive(Clone)]
pub struct Memory {
    books: Arc<Mutex<Arc<Books>>>,
    clock: Arc<dyn Clock>,
    opened_at: Timestamp,
}

impl Memory {
    /// Empty books.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { books: Arc::default(), opened_at: clock.now(), clock }
    }

    /// The same books, opened again: the server begins to answer now.
    pub fn reopen(&self) -> Self {
        Self { opened_at: self.clock.now(), ..self.clone() }
    }

    /// The books as they are.
    pub fn books(&self) -> Arc<Books> {
        self.lock().clone()
    }

    /// Puts a backup in their place.
    pub fn restore(&self, backup: &Books) {
        let epoch = self.books().epoch.max(backup.epoch) + 1;
        self.set(&Books { epoch, ..backup.clone() });
    }

    /// Puts other books in their place.
    pub fn set(&self, books: &Books) {
        *self.lock() = Arc::new(books.clone());
    }

    /// When the server that opened them began to answer.
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Books>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer for Memory {
    fn begin(&mut self, needs: &Needs) -> Result<Ledger, StoreError> {
        let now = self.clock.now();
        Ok(self.lock().load(needs, now, self.opened_at))
    }

    fn commit(&mut self, ledger: &Ledger) -> Result<(), StoreError> {
        let mut after = Books::clone(&self.books());
        after.write(ledger).map_err(StoreError::Constraint)?;
        *self.lock() = Arc::new(after);
        Ok(())
    }

    fn rollback(&mut self) {}
}
