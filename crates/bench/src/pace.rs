//! When requests are due in an open loop: at instants of their own, whether or not earlier ones were answered.

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

/// When each of so many people comes within `length` from `start`, in order. Each comes by a draw of their own, the mean of
/// three even ones: few at first and at the end, and in the middle 2¼ times as many as on average.
pub(crate) fn bell(start: Instant, length: Duration, people: u32, random: &mut Random) -> Vec<Instant> {
    let mut draw = || (0..3).map(|_| random.fraction()).sum::<f64>() / 3.0;
    let mut due: Vec<Instant> = (0..people).map(|_| start + length.mul_f64(draw())).collect();
    due.sort_unstable();
    due
}

/// A queue that whoever can carry the next request takes it from.
pub(crate) struct Arrivals {
    due: Mutex<VecDeque<Instant>>,
    there: Semaphore,
}

impl Arrivals {
    /// Fills it as requests become due, up to an instant, from a thread: the runtime's own timers round up to a
    /// millisecond, which is more than most answers take.
    pub(crate) fn start(due: impl Iterator<Item = Instant> + Send + 'static, until: Instant) -> io::Result<Arc<Self>> {
        let arrivals = Arc::new(Self { due: Mutex::default(), there: Semaphore::new(0) });
        let filled = arrivals.clone();
        thread::Builder::new().name("arrivals".to_owned()).spawn(move || {
            for due in due.take_while(|due| *due < until) {
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
    fn most_people_come_in_the_middle() {
        let (start, length) = (Instant::now(), Duration::from_secs(600));
        let due = bell(start, length, 10_000, &mut Random::seeded(1));
        assert!(due.is_sorted() && due[9_999] <= start + length);
        let middle = due.iter().filter(|at| (200..400).contains(&at.duration_since(start).as_secs())).count();
        assert!((6_450..6_900).contains(&middle), "two thirds in the middle third: {middle}");
    }

    #[test]
    fn those_that_still_wait_at_the_end_are_taken_too_each_once() {
        let now = Instant::now();
        let arrivals = Arrivals::start(Gaps::new(now, 10_000.0), now + Duration::from_millis(20)).unwrap();
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
