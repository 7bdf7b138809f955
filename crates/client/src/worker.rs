//! The SDK's one thread: does what the logic says, in a loop. Decides nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::claims::FeatureClaim;
use uuid::Uuid;

use crate::config::{OnChange, OnNotice};
use crate::http::{Http, LONGEST};
use crate::keys::Sources;
use crate::logic::{Call, Clock, Logic, Next, Now, Outcome, What};
use crate::memory::{Memory, Typed};
use crate::notice::Notice;
use crate::problems;
use crate::state::{Details, State};
use crate::store::Store;

/// How often a sleeping thread looks whether the machine slept, too.
const LOOK: Duration = Duration::from_secs(10);

/// What the program and the thread share.
pub(crate) struct Shared {
    inner: Mutex<Inner>,
    changed: Condvar,
    pub http: Http,
    start: Instant,
}

/// What the program sees and what it asks for.
pub(crate) struct Inner {
    pub state: State,
    pub details: Option<Details>,
    pub features: Vec<FeatureClaim>,
    pub clock: Clock,
    pub retry: bool,
    pub typed: Option<Typed>,
    pub give_up: bool,
    pub given_up: Option<Result<(), Box<Problem>>>,
    pub close_by: Option<Instant>,
    pub finished: bool,
}

impl Shared {
    pub(crate) fn new(http: Http) -> Arc<Self> {
        let inner = Inner {
            state: State::Starting,
            details: None,
            features: Vec::new(),
            clock: Clock::default(),
            retry: false,
            typed: None,
            give_up: false,
            given_up: None,
            close_by: None,
            finished: false,
        };
        Arc::new(Shared { inner: Mutex::new(inner), changed: Condvar::new(), http, start: Instant::now() })
    }

    /// What is shared. A panic elsewhere leaves it as it was, which is good enough to go on with.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the thread to end by then. The call under way is interrupted at once, and with nothing in between, or that of the
    /// return could be the one that is hit.
    pub(crate) fn close(&self, by: Instant) {
        self.change(|inner| {
            inner.close_by = Some(by);
            self.http.interrupt();
        });
    }

    /// Changes what is shared and wakes whoever waits for that.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until `done`, or as long as told.
    pub(crate) fn wait(&self, longest: Duration, done: impl Fn(&Inner) -> bool) -> MutexGuard<'_, Inner> {
        self.changed
            .wait_timeout_while(self.lock(), longest, |inner| !done(inner))
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// The wall clock and one that does not turn back.
    pub(crate) fn clocks(&self) -> (Timestamp, Duration) {
        #[expect(clippy::disallowed_methods, reason = "the one place where the SDK reads the wall clock")]
        let wall = Timestamp::now();
        (wall, self.start.elapsed())
    }
}

impl Inner {
    fn asked(&self) -> bool {
        self.retry || self.give_up || self.typed.is_some() || self.close_by.is_some()
    }
}

/// The thread: runs what `make` makes until the program closes it. Never panics.
pub(crate) fn run(shared: &Shared, make: impl FnOnce() -> Worker) {
    let ran = catch_unwind(AssertUnwindSafe(|| make().run()));
    shared.change(|inner| {
        if ran.is_err() {
            inner.state = State::refused(problems::failed());
        }
        inner.finished = true;
    });
}

/// Everything the thread works with.
pub(crate) struct Worker {
    pub shared: Arc<Shared>,
    pub logic: Logic,
    pub store: Store,
    pub sources: Sources,
    pub on_change: Option<OnChange>,
    pub on_notice: Option<OnNotice>,
    /// The close was passed on to the logic.
    pub closing: bool,
}

impl Worker {
    fn run(mut self) {
        if catch_unwind(AssertUnwindSafe(|| while self.turn() {})).is_err() {
            self.logic.fail();
            self.publish();
        }
    }

    /// One turn; whether another one is to follow.
    fn turn(&mut self) -> bool {
        self.obey();
        let next = self.step(Logic::next);
        self.publish();
        match next {
            Next::ReadKeys => {
                let found = self.sources.read(self.store.memory().typed.as_ref());
                self.step(|logic, memory, now| logic.keys_read(found, memory, now));
            }
            Next::Call(call) => self.call(&call),
            Next::Wait(pause) => self.pause(pause),
            Next::Closed => return false,
        }
        true
    }

    fn step<R>(&mut self, step: impl FnOnce(&mut Logic, &mut Memory, &Now) -> R) -> R {
        let (wall, mono) = self.shared.clocks();
        let now = Now { wall, mono, fresh: fresh_id(wall), jitter: jitter() };
        let logic = &mut self.logic;
        self.store.update(|memory| step(logic, memory, &now))
    }

    /// Passes on what the program asked for.
    fn obey(&mut self) {
        let mut inner = self.shared.lock();
        let (retry, typed) = (std::mem::take(&mut inner.retry), inner.typed.take());
        let give_up = std::mem::take(&mut inner.give_up);
        let close = inner.close_by.is_some() && !self.closing;
        drop(inner);
        if retry || typed.is_some() {
            self.step(|logic, memory, now| {
                memory.typed = typed.or(memory.typed.take());
                logic.retry(memory, now);
            });
        }
        if give_up {
            self.logic.give_up();
        }
        if close {
            self.closing = true;
            self.step(|logic, memory, now| logic.close(memory, now));
        }
    }

    fn call(&mut self, call: &Call) {
        let close_by = self.shared.lock().close_by;
        let left = close_by.map_or(LONGEST, |by| by.saturating_duration_since(Instant::now()).min(LONGEST));
        let trusted = self.store.memory().trusted.clone();
        let shared = self.shared.clone();
        let outlived = || {
            let closing = shared.lock().close_by.is_some();
            left.is_zero() || (closing && !matches!(call.what, What::Return(..)))
        };
        let reply = self.shared.http.perform(call, left, |kid| trusted.knows(kid), outlived);
        // A close that came meanwhile goes first: what was interrupted for it is not a loss of contact.
        self.obey();
        if let (Outcome::NoContact(problem, _), false) = (&reply.outcome, self.closing) {
            self.notify(&Notice::NoContact(problem.detail.clone()));
        }
        self.step(|logic, memory, now| logic.answered(call, reply, memory, now));
    }

    /// Waits, unless the program asks for something or the machine slept.
    fn pause(&self, pause: Duration) {
        let until = self.shared.clocks().1.saturating_add(pause);
        loop {
            let (wall, mono) = self.shared.clocks();
            let left = until.saturating_sub(mono);
            if left.is_zero() || self.logic.clock().slept(wall, mono) {
                return;
            }
            if self.shared.wait(left.min(LOOK), |inner| inner.asked()).asked() {
                return;
            }
        }
    }

    /// Shows the program how things stand, and tells it if that changed.
    fn publish(&mut self) {
        let state = self.logic.state().clone();
        let given_up = self.logic.given_up();
        let mut changed = false;
        self.shared.change(|inner| {
            changed = inner.state != state;
            inner.state = state.clone();
            inner.details = self.logic.details();
            inner.features = self.logic.features().to_vec();
            inner.clock = self.logic.clock().clone();
            if given_up.is_some() {
                inner.given_up = given_up;
            }
        });
        for notice in self.store.notices() {
            self.notify(&notice);
        }
        if let Some(on_change) = self.on_change.as_ref().filter(|_| changed) {
            // What the program's own code does wrong is not ours to die of.
            let _ = catch_unwind(AssertUnwindSafe(|| on_change(&state)));
        }
    }

    fn notify(&self, notice: &Notice) {
        if let Some(on_notice) = &self.on_notice {
            let _ = catch_unwind(AssertUnwindSafe(|| on_notice(notice)));
        }
    }
}

/// A fresh id that begins with the time, whatever the clock says (UUID version 7, RFC 9562): what is taken together then
/// lies together in the server's books, which made a seat a quarter cheaper.
pub(crate) fn fresh_id(at: Timestamp) -> Uuid {
    let mut random = [0; 10];
    getrandom::fill(&mut random).expect("the system has randomness");
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Between -1 and 1.
fn jitter() -> f64 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX) * 2.0 - 1.0
}
