//! A writer that does as it is told: waits at a gate, fails as scripted, notes every batch it began.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::conformance::{HandClock, Memory};
use seatkeeper_store::{StoreError, Writer};

/// A failed attempt from this address breaks a constraint when it is committed.
pub(crate) const OFFENDER: &str = "the offender";

/// A failed attempt from this address makes its batch panic.
pub(crate) const PANICS: &str = "a bug";

/// What is told to the writer, and what it noted.
#[derive(Default)]
struct Script {
    open: bool,
    commits: VecDeque<StoreError>,
    /// What the writer says of a commit whose reply was lost, one after another.
    fates: VecDeque<Result<bool, StoreError>>,
    begun: Vec<Needs>,
}

/// The test's hold on a writer.
#[derive(Clone)]
pub(crate) struct Stage {
    script: Arc<(Mutex<Script>, Condvar)>,
    memory: Memory,
}

/// The writer itself.
pub(crate) struct Scripted(Stage);

impl Stage {
    /// A gate that is open, and no failures to come.
    pub(crate) fn open() -> Self {
        let stage = Self::closed();
        stage.open_gate();
        stage
    }

    /// A gate that is closed: the first batch begins and waits, and what comes after queues up.
    pub(crate) fn closed() -> Self {
        let clock = Arc::new(HandClock::at(Timestamp::UNIX_EPOCH));
        Self { script: Arc::default(), memory: Memory::new(clock) }
    }

    pub(crate) fn writer(&self) -> Scripted {
        Scripted(self.clone())
    }

    pub(crate) fn open_gate(&self) {
        self.script().open = true;
        self.script.1.notify_all();
    }

    /// The next commits fail, each with one of these.
    pub(crate) fn fail(&self, errors: impl IntoIterator<Item = StoreError>) {
        self.script().commits.extend(errors);
    }

    /// What became of commits that failed with [`StoreError::Unknown`]; those that stand were made before the reply was
    /// lost.
    pub(crate) fn fates(&self, fates: impl IntoIterator<Item = Result<bool, StoreError>>) {
        self.script().fates.extend(fates);
    }

    /// Waits until so many batches were begun, and fails if they are not.
    pub(crate) fn wait_begun(&self, batches: usize) {
        let waited = self
            .script
            .1
            .wait_timeout_while(self.script(), Duration::from_secs(30), |script| script.begun.len() < batches);
        let (script, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        assert!(script.begun.len() >= batches, "the driver began {} batches", script.begun.len());
    }

    /// What each batch that was begun asked for, in order.
    pub(crate) fn begun(&self) -> Vec<Needs> {
        self.script().begun.clone()
    }

    /// Failed attempts noted of an address.
    pub(crate) fn failures(&self, address: &str) -> u32 {
        self.memory.books().attempts.get(address).map_or(0, |attempts| attempts.failures)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Writer for Scripted {
    fn begin(&mut self, needs: &Needs) -> Result<Ledger, StoreError> {
        let mut script = self.0.script();
        script.begun.push(needs.clone());
        self.0.script.1.notify_all();
        while !script.open {
            script = self.0.script.1.wait(script).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        drop(script);
        assert!(!needs.attempts.contains(PANICS), "this batch panics, as the test wants");
        self.0.memory.begin(needs)
    }

    fn commit(&mut self, ledger: &Ledger) -> Result<(), StoreError> {
        let mut script = self.0.script();
        if let Some(error) = script.commits.pop_front() {
            if matches!(error, StoreError::Unknown(_)) && script.fates.contains(&Ok(true)) {
                self.0.memory.clone().commit(ledger)?;
            }
            return Err(error);
        }
        drop(script);
        if ledger.attempts.get(&OFFENDER.to_owned()).is_some() {
            return Err(StoreError::Constraint("the offender's row".to_owned()));
        }
        self.0.memory.commit(ledger)
    }

    fn committed(&mut self) -> Result<bool, StoreError> {
        self.0.script().fates.pop_front().unwrap_or(Ok(false))
    }

    fn rollback(&mut self) {}
}
