//! Waiting for what must come, never for luck.

use std::thread;
use std::time::{Duration, Instant};

/// Long enough for anything that works on a busy machine; only a failure ever waits so long.
pub const BOUND: Duration = Duration::from_secs(30);

/// Asks every few milliseconds until there is something, and returns it.
///
/// # Panics
/// After `bound`, naming `what` did not come.
#[track_caller]
pub fn until<T>(bound: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(start.elapsed() < bound, "waited {bound:?} for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the long form of the tests was asked for (`cargo xtask test --thorough`).
pub fn thorough() -> bool {
    std::env::var_os("SEATKEEPER_TEST_THOROUGH").is_some()
}
