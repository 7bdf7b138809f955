//! When requests are due in an open loop: at a rate of their own, whether or not earlier ones were answered.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::random::Random;

/// Instants with independent, exponential gaps between them (a Poisson process): people do not come in step.
pub(crate) struct Gaps {
    next: Instant,
    mean: Duration,
    random: Random,
}

impl Gaps {
    /// So many a second, from `start` on.
    pub(crate) fn new(start: Instant, per_second: f64) -> Self {
        Self { next: start, mean: Duration::from_secs_f64(1.0 / per_second), random: Random::seeded(1) }
    }
}

impl Iterator for Gaps {
    type Item = Instant;

    fn next(&mut self) -> Option<Instant> {
        self.next += self.mean.mul_f64(-self.random.fraction().ln());
        Some(self.next)
    }
}

/// A queue that whoever can carry the next request takes it from.
pub(crate) struct Arrivals {
    due: Mutex<VecDeque<Instant>>,
    there: Semaphore,
}

impl Arrivals {
    /// Fills it at a rate until an instant, from a thread: the runtime's own timers round up to a millisecond, which is
    /// more than most answers take.
    pub(crate) fn start(per_second: f64, until: Instant) -> io::Result<Arc<Self>> {
        let arrivals = Arc::new(Self { due: Mutex::default(), there: Semaphore::new(0) });
        let filled = arrivals.clone();
        thread::Builder::new().name("arrivals".to_owned()).spawn(move || {
            for due in Gaps::new(Instant::now(), per_second).take_while(|due| *due < until) {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                filled.due.lock().unwrap_or_else(PoisonError::into_inner).push_back(due);
                filled.there.add_permits(1);
            }
            filled.there.close();
        })?;
        Ok(arrivals)
    }

    /// When the next one was due; `None` once the last is taken.
    pub(crate) async fn next(&self) -> Option<Instant> {
        // Closed is not empty: those that still wait were due, and count.
        if let Ok(one) = self.there.acquire().await {
            one.forget();
        }
        self.due.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

#[cfg(test)]
mod tests {
    use seatkeeper_test_support::{BOUND, until};

    use super::*;

    #[test]
    fn arrivals_keep_their_rate_and_no_step() {
        let start = Instant::now();
        let at: Vec<Instant> = Gaps::new(start, 1000.0).take(10_000).collect();
        let seconds = at[9_999].duration_since(start).as_secs_f64();
        assert!((9.5..10.5).contains(&seconds), "{seconds}");
        let short = at.windows(2).filter(|two| two[1] - two[0] < Duration::from_micros(693)).count();
        assert!((4_800..5_200).contains(&short), "half the gaps are shorter than ln 2 of the mean: {short}");
    }

    #[test]
    fn those_that_still_wait_at_the_end_are_taken_too_each_once() {
        let arrivals = Arrivals::start(10_000.0, Instant::now() + Duration::from_millis(20)).unwrap();
        until(BOUND, "the last to arrive", || arrivals.there.is_closed().then_some(()));
        let waiting = arrivals.there.available_permits();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let taken = runtime.block_on(async {
            let mut taken = Vec::new();
            while let Some(due) = arrivals.next().await {
                taken.push(due);
            }
            taken
        });
        assert_eq!(taken.len(), waiting);
        assert!(taken.is_sorted() && taken.last().is_none_or(|due| *due <= Instant::now()));
    }
}
