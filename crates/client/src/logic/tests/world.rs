//! An invented world for the logic: a device with its memory, copies of the program, a clock that moves only when told.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ed25519_dalek::VerifyingKey;
use jiff::{SignedDuration, Timestamp};
use seatkeeper_protocol::client::Device;
use seatkeeper_protocol::{Problem, ProductKey, Secret};
use uuid::Uuid;

pub(crate) use super::server::Server;
use crate::keys::{Found, Key};
use crate::logic::{Call, Logic, Next, Now, Outcome, Program, Reply};
use crate::memory::Memory;
use crate::problems;
use crate::state::State;

pub(crate) const START: i64 = 1_795_000_000;
pub(crate) const GRACE: i64 = 172_800;
pub(crate) const LEASE: i64 = 7200;
pub(crate) const REFRESH: i64 = 1800;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// The world: one server, one device and the true time.
pub(crate) struct World {
    pub server: Server,
    pub memory: Rc<RefCell<Memory>>,
    pub keys: Vec<Key>,
    /// The version of the program that is started.
    pub version: &'static str,
    /// The true time, in seconds.
    pub time: i64,
    /// How wrong the device's clock is.
    pub skew: i64,
    pub mono: u64,
    /// What chance says, between -1 and 1.
    pub jitter: f64,
    ids: u128,
}

/// A running copy of the program.
pub(crate) struct Copy {
    pub logic: Logic,
    id: Uuid,
    due: u64,
}

impl World {
    pub(crate) fn new(seats: usize) -> Self {
        let server = Server::new(seats);
        World {
            server,
            memory: Rc::new(RefCell::new(Memory::for_tests())),
            keys: vec![key("SN-1", 1)],
            version: "16",
            time: START,
            skew: 0,
            mono: 0,
            jitter: 0.0,
            ids: 0,
        }
    }

    fn now(&mut self) -> Now {
        self.ids += 1;
        Now {
            wall: at(self.time + self.skew),
            mono: Duration::from_secs(self.mono),
            fresh: Uuid::from_u128(self.ids),
            jitter: self.jitter,
        }
    }

    /// Starts a copy and lets it come to rest.
    pub(crate) fn start(&mut self) -> Copy {
        let root = Some(self.server.root_key());
        self.start_with(root)
    }

    pub(crate) fn start_with(&mut self, root: Option<VerifyingKey>) -> Copy {
        let mut copy = self.open(root);
        self.settle(&mut copy);
        copy
    }

    /// A copy that has done nothing yet.
    pub(crate) fn open(&mut self, root: Option<VerifyingKey>) -> Copy {
        let id = self.now().fresh;
        let logic = Logic::new(Program {
            product: "planner".into(),
            version: self.version.into(),
            released_at: None,
            features: None,
            user: "mara".into(),
            device: Device {
                name: "WS-14".into(),
                os: "test".into(),
                fingerprint: self.memory.borrow().fingerprint.clone(),
            },
            os_session: None,
            root,
            copy: id,
        });
        Copy { logic, id, due: self.mono }
    }

    /// What a copy asks next, its keys having been read. It is under way until it is answered.
    pub(crate) fn asks(&mut self, copy: &mut Copy) -> Call {
        loop {
            match self.next(copy) {
                Next::ReadKeys => {}
                Next::Call(call) => return call,
                other => panic!("it asks nothing: {other:?}"),
            }
        }
    }

    /// One step of a copy; where it reads keys, it finds those there are.
    pub(crate) fn next(&mut self, copy: &mut Copy) -> Next {
        let memory = self.memory.clone();
        let now = self.now();
        let next = copy.logic.next(&mut memory.borrow_mut(), &now);
        if let Next::ReadKeys = next {
            let found = Found { keys: self.keys.clone(), wrong: None };
            copy.logic.keys_read(found, &mut memory.borrow_mut(), &now);
        }
        next
    }

    /// The answer to what a copy asked comes.
    pub(crate) fn answer(&mut self, copy: &mut Copy, call: &Call) {
        let reply = self.ask(call);
        let memory = self.memory.clone();
        let now = self.now();
        copy.logic.answered(call, reply, &mut memory.borrow_mut(), &now);
    }

    /// Lets a copy do all there is to do now.
    pub(crate) fn settle(&mut self, copy: &mut Copy) {
        for _ in 0..50 {
            match self.next(copy) {
                Next::ReadKeys => {}
                Next::Call(call) => self.answer(copy, &call),
                Next::Wait(pause) => {
                    copy.due = self.mono.saturating_add(pause.as_secs().saturating_add(1));
                    return;
                }
                Next::Closed => {
                    copy.due = u64::MAX;
                    return;
                }
            }
        }
        panic!("it never comes to rest: {:?}", copy.logic);
    }

    fn ask(&mut self, call: &Call) -> Reply {
        let nobody =
            |jwks| Reply { outcome: Outcome::NoContact(problems::no_contact(&call.server, "test"), None), jwks };
        if !self.server.reachable {
            return nobody(None);
        }
        let outcome = self.server.answer(call, self.time);
        if self.server.lose_replies {
            return nobody(None);
        }
        Reply { outcome, jwks: Some(self.server.jwks()) }
    }

    /// Lets time pass for a copy, which does what falls due.
    pub(crate) fn pass(&mut self, seconds: i64, copy: &mut Copy) {
        let end = self.mono + seconds as u64;
        while copy.due <= end {
            let step = copy.due.saturating_sub(self.mono);
            self.mono += step;
            self.time += step as i64;
            self.settle(copy);
        }
        self.time += (end - self.mono) as i64;
        self.mono = end;
        self.settle(copy);
    }

    /// The machine sleeps: no monotonic time passes.
    pub(crate) fn sleep(&mut self, seconds: i64) {
        self.time += seconds;
    }

    pub(crate) fn close(&mut self, mut copy: Copy) {
        self.start_closing(&mut copy);
        self.settle(&mut copy);
        self.crash(copy);
    }

    /// The program closes a copy, perhaps while something it asked is under way.
    pub(crate) fn start_closing(&mut self, copy: &mut Copy) {
        let now = self.now();
        copy.logic.close(&mut self.memory.clone().borrow_mut(), &now);
    }

    /// A copy ends without a word; its lock is free.
    pub(crate) fn crash(&mut self, copy: Copy) {
        for checkout in self.memory.borrow_mut().checkouts.values_mut().filter(|c| c.copy == copy.id) {
            checkout.dead = true;
        }
    }

    pub(crate) fn retry(&mut self, copy: &mut Copy) {
        self.start_retry(copy);
        self.settle(copy);
    }

    /// The user tries again, perhaps while something is under way.
    pub(crate) fn start_retry(&mut self, copy: &mut Copy) {
        let now = self.now();
        copy.logic.retry(&mut self.memory.clone().borrow_mut(), &now);
    }

    pub(crate) fn give_up(&mut self, copy: &mut Copy) -> Result<(), Box<Problem>> {
        copy.logic.give_up();
        self.settle(copy);
        copy.logic.given_up().expect("an answer")
    }
}

impl Copy {
    pub(crate) fn state(&self) -> &State {
        self.logic.state()
    }

    /// The state's word, or the code of the refusal.
    pub(crate) fn word(&self) -> &str {
        match self.state() {
            State::Refused { problem } => problem.code.as_str(),
            state => state.name(),
        }
    }

    /// Whether it is done for good.
    pub(crate) fn ended(&self) -> bool {
        self.due == u64::MAX
    }

    /// How long it may go on from now.
    pub(crate) fn left(&self, world: &World) -> i64 {
        match self.state() {
            State::Offline { until } | State::Grace { until } => until.as_second() - world.time,
            state => panic!("{state:?}"),
        }
    }
}

pub(crate) fn key(serial_number: &str, byte: u8) -> Key {
    Key {
        id: format!("{serial_number} {byte}"),
        serial_number: serial_number.into(),
        product_key: Secret::new(ProductKey::from_bits([byte; 15]).to_string()),
        server: "https://licences.example".into(),
    }
}

pub(crate) fn hours(hours: i64) -> i64 {
    SignedDuration::from_hours(hours).as_secs()
}
