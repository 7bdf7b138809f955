//! What waits for the driver: bounded, with refreshes behind everything else but never starved, and gathered.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

/// How long refreshes alone wait for more of them. No person waits for one, and a commit costs as much as many: committed one
/// by one, those of a million sessions kept a core busy.
const GATHERING: Duration = Duration::from_millis(10);

/// Refreshes that wait for no more. With twice as many, 64 connections that ask again at once waited for each other.
const GATHERED: usize = 16;

pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    gathering: Duration,
}

impl Default for Queue {
    fn default() -> Self {
        Self::gathering(GATHERING)
    }
}

#[derive(Default)]
struct State {
    first: VecDeque<Waiting>,
    refreshes: VecDeque<Waiting>,
    /// When the oldest of them came, or those before it were taken.
    refreshes_since: Option<Instant>,
    /// The last batch was an administrator's: refreshes that waited for it go before the next of those.
    refreshes_next: bool,
    closed: bool,
}

impl Queue {
    fn gathering(gathering: Duration) -> Self {
        Self { state: Mutex::default(), arrived: Condvar::new(), gathering }
    }

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
        if !state.refreshes.is_empty() {
            state.refreshes_since.get_or_insert_with(Instant::now);
        }
        // One that only joins those that gather wakes nobody.
        let told = !state.first.is_empty() || state.refreshes.len() == 1 || state.refreshes.len() >= GATHERED;
        drop(state);
        if told {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// The next batch: many seat commands, or one office command. Waits for one; `None` once closed and empty.
    pub(crate) fn next_batch(&self) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        while let Some(left) = self.to_wait(&state) {
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.first.is_empty() && state.refreshes.is_empty() {
            return None;
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
        state.refreshes_since = (!state.refreshes.is_empty()).then(Instant::now);
        Some(batch)
    }

    /// How many wait, of all kinds.
    pub(crate) fn waiting(&self) -> usize {
        let state = self.lock();
        state.first.len() + state.refreshes.len()
    }

    /// How long to wait for the next batch, as things stand; none where it is there, or nothing more will come.
    fn to_wait(&self, state: &State) -> Option<Duration> {
        if state.closed || !state.first.is_empty() || state.refreshes.len() >= GATHERED {
            return None;
        }
        let left = |since: Instant| self.gathering.saturating_sub(since.elapsed());
        Some(state.refreshes_since.map_or(Duration::MAX, left)).filter(|left| !left.is_zero())
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use seatkeeper_domain::decide::{Credential, PresentedLease, Probe, Refresh};
    use seatkeeper_domain::holder::Person;
    use tokio::sync::oneshot;
    use uuid::Uuid;

    use super::*;

    const FOR_EVER: Duration = Duration::from_secs(3600);

    fn refresh() -> Waiting {
        let id = Uuid::nil();
        let person = Person { user: "u".to_owned(), device_name: "d".to_owned(), os_session: None };
        let command = Command::Refresh(Box::new(Refresh {
            credential: Credential {
                license_id: id.into(),
                activation_id: id.into(),
                installation_id: id.into(),
                generation: 1,
            },
            id: id.into(),
            lease: PresentedLease {
                number: 1,
                before_restore: false,
                session_id: id.into(),
                person,
                version: "1".to_owned(),
                started_at: Timestamp::UNIX_EPOCH,
            },
            ends: Vec::new(),
            features: None,
            address: String::new(),
            salt: [0; 16],
        }));
        Waiting { command, answer: oneshot::channel().0 }
    }

    fn probe() -> Waiting {
        Waiting { command: Command::Probe(Probe), answer: oneshot::channel().0 }
    }

    /// How many are in the next batch.
    fn next(queue: &Queue) -> Option<usize> {
        queue.next_batch().map(|batch| batch.len())
    }

    /// Seen red when whoever came first was taken at once.
    #[test]
    fn refreshes_alone_are_gathered() {
        let queue = Queue::gathering(FOR_EVER);
        (1..GATHERED).for_each(|_| queue.push(refresh()).unwrap());
        assert!(queue.to_wait(&queue.lock()).is_some());
        queue.push(refresh()).unwrap();
        assert_eq!(next(&queue), Some(GATHERED));
        assert!(queue.to_wait(&queue.lock()).is_some(), "nothing is left");
    }

    /// Seen red, for ever, when only refreshes ended the wait.
    #[test]
    fn whoever_else_comes_takes_them_along_at_once() {
        let queue = Queue::gathering(FOR_EVER);
        queue.push(refresh()).unwrap();
        queue.push(probe()).unwrap();
        assert_eq!(next(&queue), Some(2));
        queue.push(refresh()).unwrap();
        queue.close();
        assert_eq!([next(&queue), next(&queue)], [Some(1), None], "what was accepted is answered");
    }

    /// Seen red, for ever, when only a second refresh or another command ended the wait.
    #[test]
    fn a_refresh_that_stays_alone_is_taken() {
        let queue = Queue::default();
        queue.push(refresh()).unwrap();
        assert_eq!(next(&queue), Some(1));
    }
}
