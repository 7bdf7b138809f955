//! The server's clock: the machine's, or the database's where servers share one, but one that does not step.
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

    /// What the database's clock says at this moment, for a clock that follows it.
    fn told(&self, _database: Timestamp) {}
}

/// How fast drift is followed: one part in two thousand, as time servers do.
const SLEW: i32 = 2_000;

/// Beyond this the difference is a step, not drift, and is not followed.
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// A clock's time without its steps.
pub struct SteadyClock {
    state: Mutex<State>,
    follows: Follows,
}

/// Whose time it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Machine,
    Database,
}

struct State {
    told: Timestamp,
    boot: SignedDuration,
    /// Since the clock that is followed was last looked at.
    unfollowed: SignedDuration,
    stepped: bool,
}

impl SteadyClock {
    /// Starts at the wall clock, or at `not_before` where that is later: the books know of that instant.
    pub fn starting(not_before: Timestamp) -> Self {
        Self::at(wall().max(not_before), Follows::Machine)
    }

    /// Starts at what the database's clock says, or at `not_before` where that is later, and follows what it is
    /// [told](Clock::told) from then on; in between it goes by the machine's boot clock.
    pub fn of_database(database: Timestamp, not_before: Timestamp) -> Self {
        Self::at(database.max(not_before), Follows::Database)
    }

    fn at(told: Timestamp, follows: Follows) -> Self {
        Self {
            state: Mutex::new(State { told, boot: boot(), unfollowed: SignedDuration::ZERO, stepped: false }),
            follows,
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        self.advance((self.follows == Follows::Machine).then(wall))
    }

    fn told(&self, database: Timestamp) {
        if self.follows == Follows::Database {
            self.advance(Some(database));
        }
    }
}

impl SteadyClock {
    /// By what the boot clock says has passed, and a little towards what the clock that is followed says.
    fn advance(&self, followed: Option<Timestamp>) -> Timestamp {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let boot = boot();
        let passed = boot.saturating_sub(state.boot).max(SignedDuration::ZERO);
        let steady = state.told.saturating_add(passed).unwrap_or(Timestamp::MAX);
        state.unfollowed = state.unfollowed.saturating_add(passed);
        let follow = followed.map_or(SignedDuration::ZERO, |followed| state.follow(followed, steady));
        state.told = steady.saturating_add(follow).unwrap_or(steady).max(state.told);
        state.boot = boot;
        micros(state.told)
    }
}

impl State {
    /// How far to go towards the clock that is followed.
    fn follow(&mut self, followed: Timestamp, steady: Timestamp) -> SignedDuration {
        let ahead = followed.duration_since(steady);
        let stepped = ahead.abs() > STEP;
        if stepped && !self.stepped {
            tracing::warn!(
                seconds = ahead.as_secs(),
                "the clock was set; the server goes on with its own time until its next start"
            );
        }
        self.stepped = stepped;
        let most = std::mem::take(&mut self.unfollowed).checked_div(SLEW).unwrap_or(SignedDuration::ZERO);
        if stepped { SignedDuration::ZERO } else { ahead.clamp(-most, most) }
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
