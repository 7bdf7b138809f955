//! The server's clock: the machine's, but one that does not step.
//!
//! A wall clock that is set while the server runs would free seats early (set forward) or hold them long
//! (set back). So the wall clock is read once, at the start, and from then on time is what the machine's
//! boot clock says has passed, which nobody can set and which counts sleep. Small drift is followed
//! slowly; a step is reported and taken up at the next start, after which nothing is reclaimed for a
//! lease.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// Tells the time, to the microsecond.
pub trait Clock: Send + Sync + 'static {
    /// Now. Never earlier than it said before.
    fn now(&self) -> Timestamp;
}

/// How fast drift is followed: one part in two thousand, as time servers do.
const SLEW: i32 = 2_000;

/// Beyond this the difference is a step, not drift, and is not followed.
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// The machine's time without its steps.
pub struct SteadyClock {
    state: Mutex<State>,
}

struct State {
    told: Timestamp,
    boot: SignedDuration,
    stepped: bool,
}

impl SteadyClock {
    /// Starts at the wall clock, or at `not_before` where that is later: the books know of that instant.
    pub fn starting(not_before: Timestamp) -> Self {
        let told = wall().max(not_before);
        Self { state: Mutex::new(State { told, boot: boot(), stepped: false }) }
    }

    /// How far the wall clock is ahead of this one. More than a few seconds means that it was set.
    pub fn wall_ahead(&self) -> SignedDuration {
        wall().duration_since(self.now())
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let boot = boot();
        let passed = boot.saturating_sub(state.boot).max(SignedDuration::ZERO);
        let steady = state.told.saturating_add(passed).unwrap_or(Timestamp::MAX);
        let ahead = wall().duration_since(steady);
        let stepped = ahead.abs() > STEP;
        if stepped && !state.stepped {
            tracing::warn!(
                seconds = ahead.as_secs(),
                "the machine's clock was set; the server goes on with its own until its next start"
            );
        }
        state.stepped = stepped;
        let most = passed.checked_div(SLEW).unwrap_or(SignedDuration::ZERO);
        let follow = if stepped { SignedDuration::ZERO } else { ahead.clamp(-most, most) };
        state.told = steady.saturating_add(follow).unwrap_or(steady).max(state.told);
        state.boot = boot;
        micros(state.told)
    }
}

/// The machine's wall clock, which may be set at any time. Asked through libc, where a test can step it.
fn wall() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the one place where a server reads the wall clock")]
    Timestamp::now()
}

/// Time since the machine started, asleep or awake.
fn boot() -> SignedDuration {
    let at = clock_gettime(ClockId::Boottime);
    SignedDuration::new(at.tv_sec, i32::try_from(at.tv_nsec).unwrap_or(0))
}

/// Cut to what the books can hold.
fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
