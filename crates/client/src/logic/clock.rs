//! What time it is, as far as a machine whose clock anyone may turn can be believed. Reads no clock: it is told.
//!
//! Within a run time goes on by whichever moved further, the monotonic or the wall clock: the first does not turn back, the
//! second counts sleep. Across runs it goes on from the highest time seen. A clock known to be behind the server's is corrected
//! by as much; one ahead is not, or setting it ahead before a contact and back after would stretch grace. Every signed contact
//! forgives whatever was wrong.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::memory::Memory;

/// How far the wall clock may outrun the monotonic one before it means that the machine slept.
const SLEPT: SignedDuration = SignedDuration::from_secs(30);
/// How far time may go on before it is written down, in seconds.
const REMEMBER: i64 = 300;

/// What one step of the logic is given by the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// The wall clock.
    pub wall: Timestamp,
    /// A clock that does not turn back, from any start.
    pub mono: Duration,
    /// An id nobody else has.
    pub fresh: Uuid,
    /// Between -1 and 1, at random.
    pub jitter: f64,
}

/// The time to go by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    last: Option<Reading>,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    wall: Timestamp,
    mono: Duration,
    time: Timestamp,
}

impl Clock {
    /// The time now. Before [`Clock::advance`] it is the wall clock's.
    pub(crate) fn time(&self, wall: Timestamp, mono: Duration) -> Timestamp {
        self.last.map_or(wall, |last| later(last.time, last.passed(wall, mono)))
    }

    /// Whether the wall clock went far ahead of the monotonic one since the last step: the machine slept, or was set ahead.
    pub(crate) fn slept(&self, wall: Timestamp, mono: Duration) -> bool {
        self.last.is_some_and(|last| wall.duration_since(last.wall) - signed(mono.saturating_sub(last.mono)) > SLEPT)
    }

    /// Takes a reading and remembers the highest time seen, coarsely, so that a disk is not written for nothing.
    pub(crate) fn advance(&mut self, now: &Now, memory: &mut Memory) -> Timestamp {
        let time = match self.last {
            Some(_) => self.time(now.wall, now.mono),
            None => {
                later(now.wall, SignedDuration::from_secs(memory.clock_behind_seconds.max(0))).max(memory.highest_time)
            }
        };
        self.last = Some(Reading { wall: now.wall, mono: now.mono, time });
        if time.duration_since(memory.highest_time).as_secs() >= REMEMBER {
            memory.highest_time = time;
        }
        time
    }

    /// A server's signed word on what time it is: it forgives what was wrong.
    pub(crate) fn contact(&mut self, server: Timestamp, now: &Now, memory: &mut Memory) {
        self.last = Some(Reading { wall: now.wall, mono: now.mono, time: server });
        memory.highest_time = server;
        memory.clock_behind_seconds = server.duration_since(now.wall).as_secs().max(0);
    }

    /// Remembers the time exactly, before the program ends.
    pub(crate) fn remember(&self, memory: &mut Memory) {
        if let Some(last) = self.last {
            memory.highest_time = memory.highest_time.max(last.time);
        }
    }
}

impl Reading {
    fn passed(&self, wall: Timestamp, mono: Duration) -> SignedDuration {
        signed(mono.saturating_sub(self.mono)).max(wall.duration_since(self.wall))
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// `at` and so much more, or the end of time.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp::constant(1_795_000_000, 0);

    fn now(wall: i64, mono: u64) -> Now {
        Now {
            wall: later(T, SignedDuration::from_secs(wall)),
            mono: Duration::from_secs(mono),
            fresh: Uuid::nil(),
            jitter: 0.0,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        later(T, SignedDuration::from_secs(seconds))
    }

    #[test]
    fn turning_the_clock_back_gains_nothing() {
        let (mut clock, mut memory) = (Clock::default(), Memory::for_tests());
        assert_eq!(clock.advance(&now(0, 0), &mut memory), at(0));
        assert_eq!(clock.advance(&now(-86_400, 600), &mut memory), at(600));
        assert_eq!(clock.advance(&now(-86_300, 700), &mut memory), at(700));
        // Nor does it in a later run.
        clock.remember(&mut memory);
        let mut restarted = Clock::default();
        assert_eq!(restarted.advance(&now(-86_000, 5), &mut memory), at(700));
        assert_eq!(restarted.advance(&now(-85_990, 15), &mut memory), at(710));
    }

    #[test]
    fn sleep_counts_and_is_noticed() {
        let (mut clock, mut memory) = (Clock::default(), Memory::for_tests());
        clock.advance(&now(0, 0), &mut memory);
        let woken = now(28_800, 10);
        assert!(clock.slept(woken.wall, woken.mono));
        assert_eq!(clock.advance(&woken, &mut memory), at(28_800));
        assert!(!clock.slept(woken.wall, woken.mono));
    }

    #[test]
    fn a_contact_forgives() {
        let (mut clock, mut memory) = (Clock::default(), Memory::for_tests());
        // The clock is three years ahead, then right again.
        clock.advance(&now(94_608_000, 0), &mut memory);
        assert_eq!(clock.advance(&now(10, 10), &mut memory), at(94_608_010));
        clock.contact(at(12), &now(12, 12), &mut memory);
        assert_eq!(clock.advance(&now(20, 20), &mut memory), at(20));
        assert_eq!(Clock::default().advance(&now(30, 1), &mut memory), at(30));
    }

    #[test]
    fn a_clock_known_to_be_behind_is_corrected() {
        let (mut clock, mut memory) = (Clock::default(), Memory::for_tests());
        clock.contact(at(0), &now(-2_592_000, 0), &mut memory);
        // Two days later the program starts with no contact.
        let restarted = Clock::default().advance(&now(-2_592_000 + 172_800, 1), &mut memory);
        assert_eq!(restarted, at(172_800));
    }

    #[test]
    fn ahead_at_the_contact_and_right_after_stretches_nothing() {
        let (mut clock, mut memory) = (Clock::default(), Memory::for_tests());
        clock.contact(at(0), &now(2_592_000, 0), &mut memory);
        assert_eq!(Clock::default().advance(&now(172_800, 1), &mut memory), at(172_800));
    }
}
