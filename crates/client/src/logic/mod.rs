//! Everything a running copy decides about its licence. Knows no clock, no randomness, no file, no thread and no socket: each
//! step is given the time, a fresh id and the installation's memory, and says what to do next.
//!
//! The driver asks [`Logic::next`], does what it says and reports by [`Logic::keys_read`] or [`Logic::answered`], for ever. One
//! call at a time is under way. The memory is written to disk before a call is made, so that what was asked is known after a
//! crash.

mod belief;
mod call;
mod clock;
mod grace;
mod holding;
mod leaving;
mod opening;
#[cfg(test)]
pub(crate) mod tests;

use std::time::Duration;

use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;
use seatkeeper_protocol::claims::FeatureClaim;
use seatkeeper_protocol::client::Device;
use seatkeeper_protocol::{EndReason, Problem};
use uuid::Uuid;

pub(crate) use self::call::{Call, Next, Outcome, Reply, What};
pub(crate) use self::clock::{Clock, Now};
use self::holding::Held;
use self::leaving::GivingUp;
use self::opening::Opening;
use crate::keys::{Found, Key};
use crate::memory::{Memory, Refused};
use crate::problems;
use crate::state::{Details, State};

/// How often the sources are looked at for another key, where no other thing helps.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(60);

/// No server's wish is longer, nor is it taken for longer: as long as the longest refresh a policy may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 86_400);

/// The running copy: what it is and for whom it runs.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub product: String,
    pub version: String,
    pub released_at: Option<Timestamp>,
    pub features: Option<Vec<String>>,
    pub user: String,
    pub device: Device,
    pub os_session: Option<String>,
    /// The vendor's root key; without one the first met is pinned.
    pub root: Option<VerifyingKey>,
    /// This running copy among those of the installation.
    pub copy: Uuid,
}

/// A running copy's logic.
#[derive(Debug)]
pub(crate) struct Logic {
    program: Program,
    clock: Clock,
    keys: Vec<Key>,
    phase: Phase,
    state: State,
    /// Features switched on, in a state that is usable.
    features: Vec<FeatureClaim>,
    /// A checkout that was asked for and whose answer never came: asked for again by the same id.
    asked: Option<Asked>,
    /// A seat was lost and another is asked for, once.
    lost: Option<EndReason>,
    /// The user tries again, or typed a key, while keys are being tried: all of them are, once more.
    again: bool,
    /// Calls in a row that nobody answered.
    failures: u32,
    /// Returns for others wait until the next contact.
    tidy_later: bool,
    giving_up: Option<GivingUp>,
    /// When the terms were last asked for in this run.
    terms_asked_at: Timestamp,
}

#[derive(Debug, Clone)]
struct Asked {
    key_id: String,
    checkout_id: Uuid,
}

#[derive(Debug)]
enum Phase {
    /// The sources of keys are to be read. `only_new`: the keys known already are not worth another request.
    Keys {
        only_new: bool,
    },
    /// Keys are being tried in order.
    Opening(Opening),
    /// A seat is held.
    Holding(Box<Held>),
    /// Nothing to do until then, if ever.
    Resting {
        until: Option<Duration>,
        only_new: bool,
    },
    /// The program closed it; what it has is being returned.
    Closing,
    Closed,
}

impl Logic {
    pub(crate) fn new(program: Program) -> Self {
        Logic {
            program,
            clock: Clock::default(),
            keys: Vec::new(),
            phase: Phase::Keys { only_new: false },
            state: State::Starting,
            features: Vec::new(),
            asked: None,
            lost: None,
            again: false,
            failures: 0,
            tidy_later: false,
            giving_up: None,
            terms_asked_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// How the program stands with its licence.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The features switched on now, each perhaps with an end.
    pub(crate) fn features(&self) -> &[FeatureClaim] {
        if self.state.usable() { &self.features } else { &[] }
    }

    /// What is known of the seat held.
    pub(crate) fn details(&self) -> Option<Details> {
        match &self.phase {
            Phase::Holding(held) => Some(held.details()),
            _ => None,
        }
    }

    /// The clock to go by.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What to do next.
    pub(crate) fn next(&mut self, memory: &mut Memory, now: &Now) -> Next {
        let slept = self.clock.slept(now.wall, now.mono);
        let time = self.clock.advance(now, memory);
        if slept {
            self.hurry(now);
        }
        if let Some(call) = self.next_giving_up(memory, now) {
            return Next::Call(call);
        }
        loop {
            let call = match &self.phase {
                Phase::Keys { .. } => return Next::ReadKeys,
                Phase::Resting { until: Some(until), only_new } if *until <= now.mono => {
                    self.phase = Phase::Keys { only_new: *only_new };
                    continue;
                }
                Phase::Resting { until, .. } => return self.wait(until.unwrap_or(Duration::MAX), time, now),
                Phase::Opening(_) => self.tidy(memory).or_else(|| self.open_next(memory, now, time)),
                Phase::Holding(held) if held.look_for_keys => return Next::ReadKeys,
                Phase::Holding(held) => {
                    let due = held.due;
                    match self.tidy(memory).or_else(|| self.hold_next(memory, now, time)) {
                        None => return self.wait(due, time, now),
                        call => call,
                    }
                }
                Phase::Closing => self.close_next(memory),
                Phase::Closed => return Next::Closed,
            };
            if let Some(call) = call {
                return Next::Call(call);
            }
        }
    }

    /// The sources were read.
    pub(crate) fn keys_read(&mut self, found: Found, memory: &mut Memory, now: &Now) {
        let Found { keys, wrong } = found;
        let (given_up, keys): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| memory.given_up.contains(&key.id));
        let known = !keys.is_empty() && keys.iter().all(|key| self.keys.contains(key));
        match &mut self.phase {
            Phase::Keys { only_new } => {
                if keys.is_empty() {
                    let product = &self.program.product;
                    let none =
                        if given_up.is_empty() { problems::no_key(product) } else { problems::given_up(product) };
                    self.state = State::refused(wrong.unwrap_or(none));
                    self.rest(LOOK_FOR_KEYS, true, now);
                } else if *only_new && known {
                    self.rest(LOOK_FOR_KEYS, true, now);
                } else {
                    self.keys = keys;
                    self.phase = Phase::Opening(Opening::default());
                }
            }
            // The key held by is refused: another one that is not is worth asking, and the seat is left first.
            Phase::Holding(held) => {
                held.look_for_keys = false;
                let refusal = |key: &Key| memory.activations.get(&key.id).and_then(|a| a.refused.as_ref());
                let refused = |key: &Key| refusal(key).is_some_and(|refused| refused.concerns(&self.program.version));
                if keys.iter().any(|key| key.id != held.key_id && !refused(key)) {
                    memory.leave(held.checkout_id, self.clock.time(now.wall, now.mono));
                    self.keys = keys;
                    self.phase = Phase::Opening(Opening::default());
                }
            }
            _ => {}
        }
    }

    /// A call came back.
    pub(crate) fn answered(&mut self, call: &Call, reply: Reply, memory: &mut Memory, now: &Now) {
        self.clock.advance(now, memory);
        let outcome = match reply.jwks.map(|jwks| memory.trusted.learn(jwks, self.program.root.as_ref())) {
            Some(Err(why)) => Outcome::NoContact(problems::untrusted(&why.to_string()), None),
            _ => reply.outcome,
        };
        match (&call.what, &self.phase) {
            (What::GiveUp, _) => self.gave_up(call, outcome, memory, now),
            (What::Return(id, _), _) => self.returned(call, *id, outcome, memory),
            (_, Phase::Closing) => Self::answered_closing(call, &outcome, memory),
            (What::Terms, _) => self.terms_read(call, outcome, memory),
            (_, Phase::Opening(_)) => self.opening_answered(call, outcome, memory, now),
            (_, Phase::Holding(_)) => self.holding_answered(call, outcome, memory, now),
            _ => {}
        }
    }

    /// Tries again at once: the user asks, or typed a key.
    pub(crate) fn retry(&mut self, memory: &mut Memory, now: &Now) {
        memory.given_up.clear();
        self.failures = 0;
        self.lost = None;
        match self.phase {
            Phase::Resting { .. } | Phase::Keys { .. } => self.phase = Phase::Keys { only_new: false },
            Phase::Opening(_) => self.again = true,
            _ => {}
        }
        self.hurry(now);
    }

    /// Keeps a refusal for starts with no contact, whose grace it ends.
    fn remember_refusal(&self, call: &Call, problem: &Problem, memory: &mut Memory) {
        use seatkeeper_protocol::Code;
        let Some(activation) = memory.activations.get_mut(&call.key_id).filter(|_| ends_grace(problem)) else { return };
        // What a licence does not cover is one release of the program; others may be used as before.
        let this_release = matches!(problem.code, Code::VersionNotSupported | Code::MaintenanceLapsed);
        let version = this_release.then(|| self.program.version.clone());
        activation.refused = Some(Refused { problem: Box::new(problem.clone()), version });
    }

    /// The error of a step that failed for a reason of our own: the program goes on without us.
    pub(crate) fn fail(&mut self) {
        self.state = State::refused(problems::failed());
        self.phase = Phase::Closed;
    }

    /// Whatever is due some time is due now.
    fn hurry(&mut self, now: &Now) {
        match &mut self.phase {
            Phase::Holding(held) => held.due = now.mono,
            Phase::Resting { until: Some(until), .. } => *until = now.mono,
            _ => {}
        }
    }

    fn rest(&mut self, pause: Duration, only_new: bool, now: &Now) {
        let until = Some(now.mono + vary(pause, now));
        self.phase = match std::mem::take(&mut self.again) {
            true => Phase::Keys { only_new: false },
            false => Phase::Resting { until, only_new },
        };
    }

    /// Waits until `due`, or until what time itself ends.
    fn wait(&mut self, due: Duration, time: Timestamp, now: &Now) -> Next {
        let mut pause = due.saturating_sub(now.mono);
        if let State::Offline { until } | State::Grace { until } = self.state {
            if until <= time {
                self.state = State::GraceOver;
            } else {
                pause = pause.min(Duration::try_from(until.duration_since(time)).unwrap_or_default());
            }
        }
        Next::Wait(pause)
    }

    /// How long to wait after so many failures: doubling, up to `most`, or what the server wishes.
    fn back_off(&mut self, wish: Option<Duration>, most: Duration, now: &Now) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let doubled = Duration::from_secs(1 << self.failures.min(9)).min(most);
        vary(wish.unwrap_or(doubled), now)
    }
}

/// A tenth more or less at random, so that programs that started together do not ask together for ever.
fn vary(pause: Duration, now: &Now) -> Duration {
    pause.min(LONGEST_PAUSE).mul_f64(1.0 + 0.1 * now.jitter.clamp(-1.0, 1.0))
}

/// Whether a refusal ends grace for later starts: the server knows this installation and does not want it. A full pool is no
/// such thing, nor is a server that asks for patience.
fn ends_grace(problem: &Problem) -> bool {
    use seatkeeper_protocol::Code;
    !matches!(problem.code, Code::NoSeatAvailable | Code::HolderLimit | Code::TooManyAttempts) && problem.status < 500
}
