//! What waits for the driver: bounded, with refreshes behind everything else but never starved.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use seatkeeper_domain::decide::Command;

use crate::driver::Waiting;
use crate::error::StoreError;

/// Commands that may wait, of each kind. At the slowest disk worth having, twenty batches a second, that
/// is a few seconds of work.
const MOST_WAITING: usize = 16_384;

/// Commands in one batch. More does not raise the rate by much and lengthens the wait of each.
pub(crate) const MOST_IN_BATCH: usize = 512;

/// The share of a batch that refreshes have when other commands would fill it.
const LEFT_FOR_REFRESHES: usize = MOST_IN_BATCH / 4;

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    first: VecDeque<Waiting>,
    refreshes: VecDeque<Waiting>,
    /// The last batch was an administrator's: refreshes that waited for it go before the next of those.
    refreshes_next: bool,
    closed: bool,
}

impl Queue {
    /// Takes a command in, or says at once that it cannot.
    pub(crate) fn push(&self, waiting: Waiting) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Stopping);
        }
        let line = match waiting.command {
            Command::Refresh(_) => &mut state.refreshes,
            _ => &mut state.first,
        };
        if line.len() >= MOST_WAITING {
            metrics::counter!("seatkeeper_queue_full_total").increment(1);
            return Err(StoreError::Overloaded);
        }
        line.push_back(waiting);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next batch: many seat commands, or one office command. Waits for one; `None` once closed and empty.
    pub(crate) fn next_batch(&self) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        while state.first.is_empty() && state.refreshes.is_empty() {
            if state.closed {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let alone = state.first.front().is_some_and(|w| w.command.alone());
        let refreshes_first = state.refreshes_next && !state.refreshes.is_empty();
        if alone && !refreshes_first {
            state.refreshes_next = true;
            return Some(state.first.pop_front().into_iter().collect());
        }
        state.refreshes_next = false;
        let room = MOST_IN_BATCH - state.refreshes.len().min(LEFT_FOR_REFRESHES);
        let mut batch = Vec::new();
        while batch.len() < room && state.first.front().is_some_and(|w| !w.command.alone()) {
            batch.extend(state.first.pop_front());
        }
        let refreshes = (MOST_IN_BATCH - batch.len()).min(state.refreshes.len());
        batch.extend(state.refreshes.drain(..refreshes));
        Some(batch)
    }

    /// How many wait, of all kinds.
    pub(crate) fn waiting(&self) -> usize {
        let state = self.lock();
        state.first.len() + state.refreshes.len()
    }

    /// Takes nothing more in; what waits is still answered.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
