//! A clock that tests move by hand.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// Stands still until it is told how much time has passed.
#[derive(Debug)]
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// Starts at an instant.
    pub fn at(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Sets it, to an instant that some other clock of the test says.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: u32) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = now.saturating_add(SignedDuration::from_secs(seconds.into())).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
