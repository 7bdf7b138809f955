//! An invented world for the logic: a device with its memory, a server that signs, a clock that moves only when told.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use seatkeeper_protocol::claims::*;
use seatkeeper_protocol::client::*;
use seatkeeper_protocol::jwks::{Jwk, Jwks, RootKey};
use seatkeeper_protocol::{Code, Hold, LicenseStatus, Model, Problem, ProductKey, SeatShare, Secret, jwt};
use uuid::Uuid;

use crate::keys::{Found, Key};
use crate::logic::{Call, Logic, Next, Now, Outcome, Program, Reply, What};
use crate::memory::Memory;
use crate::problems;
use crate::state::State;

pub(crate) const START: i64 = 1_795_000_000;
pub(crate) const GRACE: i64 = 172_800;
pub(crate) const LEASE: i64 = 7200;
pub(crate) const REFRESH: i64 = 1800;

pub(crate) struct Server {
    root: SigningKey,
    signing: SigningKey,
    pub seats: usize,
    /// Checkouts not over, each with the number of its last lease.
    pub live: BTreeMap<Uuid, u32>,
    /// Checkouts that are over, and why.
    pub over: BTreeMap<Uuid, &'static str>,
    /// When returns were said to have happened.
    pub returned_at: BTreeMap<Uuid, Option<Timestamp>>,
    /// The good tokens and the installation of each.
    tokens: BTreeMap<String, Uuid>,
    /// Answers that are thought of but never come.
    pub lose_replies: bool,
    pub reachable: bool,
    /// What it says to activations, checkouts and refreshes.
    pub refuse: Option<Code>,
    /// Keys whose every request is refused as revoked.
    pub revoked: BTreeSet<String>,
    /// The last activation.
    certified: Option<ActivationRequest>,
    /// Serial numbers it does not know.
    pub unknown: BTreeSet<String>,
    pub term_end: Option<i64>,
    pub offline_since: Option<Timestamp>,
    pub asked: Vec<&'static str>,
    ids: u128,
}

impl Server {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(0xabc << 100 | self.ids)
    }

    pub(crate) fn root_key(&self) -> VerifyingKey {
        self.root.verifying_key()
    }

    /// Another vendor's server, to stand in for this one.
    pub(crate) fn false_one(&mut self) {
        self.root = SigningKey::from_bytes(&[66; 32]);
        self.signing = SigningKey::from_bytes(&[67; 32]);
    }

    /// No token is good any longer, as after the activation was ended.
    pub(crate) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    pub(crate) fn jwks(&self) -> Jwks {
        let x = |key: &SigningKey| BASE64.encode(key.verifying_key().as_bytes());
        let kid = x(&self.signing)[..16].to_owned();
        let claims = KeyClaims {
            iss: "Acme".into(),
            iat: START - 1000,
            exp: START + 400_000_000,
            jti: "k".into(),
            kid: kid.clone(),
            x: x(&self.signing),
            usage: KeyUsage::Server.into(),
        };
        let certificate = jwt::encode(KEY_TYP, "root", &claims, |message| self.root.sign(message).to_bytes());
        Jwks {
            keys: vec![Jwk::signing(kid, x(&self.signing), certificate)],
            root: RootKey { kid: "root".into(), x: x(&self.root) },
        }
    }

    fn sign(&self, typ: &str, claims: &impl serde::Serialize) -> String {
        let kid = BASE64.encode(self.signing.verifying_key().as_bytes())[..16].to_owned();
        jwt::encode(typ, &kid, claims, |message| self.signing.sign(message).to_bytes())
    }

    pub(crate) fn answer(&mut self, call: &Call, time: i64) -> Outcome {
        let refused = |code: Code| Outcome::Refused(Box::new(Problem::new(code, "No.")), None);
        if self.revoked.contains(&call.key_id) && !matches!(call.what, What::Return(..)) {
            return refused(Code::KeyRevoked);
        }
        let installation = call.token.as_ref().and_then(|token| self.tokens.get(token.expose())).copied();
        match &call.what {
            What::Activate(request) => {
                self.asked.push("activate");
                if self.unknown.contains(&request.serial_number) {
                    return refused(Code::UnknownKey);
                }
                if let Some(code) = &self.refuse {
                    return refused(code.clone());
                }
                self.certified = Some((**request).clone());
                let token = self.id().to_string();
                self.tokens.retain(|_, installation| *installation != request.installation_id);
                self.tokens.insert(token.clone(), request.installation_id);
                self.admit(request, token, time)
            }
            What::Return(id, at) => {
                self.asked.push("return");
                if installation.is_none() {
                    return refused(Code::ActivationEnded);
                }
                if self.live.remove(id).is_some() {
                    self.over.insert(*id, "returned");
                    self.returned_at.insert(*id, *at);
                }
                Outcome::Done
            }
            _ if installation.is_none() => refused(Code::ActivationEnded),
            What::GiveUp => {
                self.tokens.clear();
                self.live.clear();
                Outcome::Done
            }
            What::Terms => {
                self.asked.push("terms");
                let activated = self.certified.clone().expect("a token is given by an activation only");
                match self.admit(&activated, String::new(), time) {
                    Outcome::Activated(answer) => Outcome::Terms(Box::new(ActivationTerms {
                        activation_id: answer.activation_id,
                        license: answer.license,
                        policy: answer.policy,
                        certificate: answer.certificate,
                        server_time: answer.server_time,
                    })),
                    other => other,
                }
            }
            What::Checkout(id, request) => {
                self.asked.push("checkout");
                if request.offline_since.is_some() {
                    self.offline_since = request.offline_since;
                }
                if let Some(code) = &self.refuse {
                    return refused(code.clone());
                }
                self.end(&request.ends);
                if self.over.contains_key(id) {
                    return refused(Code::CheckoutEnded);
                }
                if !self.live.contains_key(id) && self.live.len() >= self.seats {
                    return refused(Code::NoSeatAvailable);
                }
                self.lease(*id, installation.unwrap_or_default(), time)
            }
            What::Refresh(id, request) => {
                self.asked.push("refresh");
                if let Some(code) = &self.refuse {
                    return refused(code.clone());
                }
                self.end(&request.ends);
                if let Some(reason) = self.over.get(id) {
                    let problem = Problem::new(Code::CheckoutEnded, "Over.").with("end_reason", *reason);
                    return Outcome::Refused(Box::new(problem), None);
                }
                self.lease(*id, installation.unwrap_or_default(), time)
            }
        }
    }

    fn end(&mut self, ends: &[Uuid]) {
        for id in ends {
            if self.live.remove(id).is_some() {
                self.over.insert(*id, "died");
            }
        }
    }

    fn admit(&self, request: &ActivationRequest, token: String, time: i64) -> Outcome {
        let claims = ActivationClaims {
            iss: "Acme".into(),
            iat: time,
            exp: time + 400_000_000,
            jti: token.clone(),
            sub: activation_id(),
            lic: Uuid::nil(),
            serial: request.serial_number.clone(),
            product: request.product.clone(),
            inst: request.installation_id,
            device: request.device.fingerprint.clone(),
            model: Model::Concurrent.into(),
            features: vec![FeatureClaim { code: "bim".into(), exp: None }],
            grace_seconds: GRACE as u64,
            term_end: self.term_end,
        };
        let license = LicenseTerms {
            serial_number: request.serial_number.clone(),
            product: request.product.clone(),
            model: Model::Concurrent.into(),
            seats: 1,
            features: Vec::new(),
            term: Term {
                kind: "perpetual".into(),
                maintenance_until: None,
                expires_at: None,
                days: None,
                started_at: None,
            },
            status: LicenseStatus::Active.into(),
        };
        let policy = ProgramPolicy { lease_seconds: 0, refresh_seconds: 0, grace_seconds: 0, hold: Hold::Grace.into() };
        Outcome::Activated(Box::new(ActivationAnswer {
            activation_id: activation_id(),
            activation_token: Secret::new(token),
            license,
            policy,
            certificate: self.sign(ACTIVATION_TYP, &claims),
            server_time: at(time),
        }))
    }

    fn lease(&mut self, id: Uuid, installation: Uuid, time: i64) -> Outcome {
        let seq = self.live.entry(id).or_insert(0);
        *seq += 1;
        let until = if *seq == 1 { time + LEASE } else { time + GRACE };
        let claims = LeaseClaims {
            iss: "Acme".into(),
            iat: time,
            exp: until,
            jti: format!("{id}.{seq}"),
            sub: id,
            seq: *seq,
            epoch: 0,
            ses: id,
            act: activation_id(),
            inst: installation,
            lic: Uuid::nil(),
            user: "mara".into(),
            device: "WS-14".into(),
            os_session: None,
            version: "16".into(),
            features: vec![FeatureClaim { code: "bim".into(), exp: None }],
            wanted: None,
            started: time,
            lease_until: time + LEASE,
            back_by: Some(until),
        };
        Outcome::Granted(Box::new(CheckoutAnswer {
            session_id: id,
            seat: SeatShare::New.into(),
            lease: self.sign(LEASE_TYP, &claims),
            lease_until: at(time + LEASE),
            grace_until: at(until),
            refresh_after_seconds: REFRESH as u64,
            back_by: Some(at(until)),
            features: Vec::new(),
            seats: self.seats as u32,
            in_use: self.live.len() as u32,
            server_time: at(time),
        }))
    }
}

fn activation_id() -> Uuid {
    Uuid::from_u128(0xac7)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// The world: one server, one device and the true time.
pub(crate) struct World {
    pub server: Server,
    pub memory: Rc<RefCell<Memory>>,
    pub keys: Vec<Key>,
    /// The true time, in seconds.
    pub time: i64,
    /// How wrong the device's clock is.
    pub skew: i64,
    pub mono: u64,
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
        let server = Server {
            root: SigningKey::from_bytes(&[1; 32]),
            signing: SigningKey::from_bytes(&[2; 32]),
            seats,
            live: BTreeMap::new(),
            over: BTreeMap::new(),
            returned_at: BTreeMap::new(),
            tokens: BTreeMap::new(),
            lose_replies: false,
            reachable: true,
            refuse: None,
            revoked: BTreeSet::new(),
            certified: None,
            unknown: BTreeSet::new(),
            term_end: None,
            offline_since: None,
            asked: Vec::new(),
            ids: 0,
        };
        World {
            server,
            memory: Rc::new(RefCell::new(Memory::for_tests())),
            keys: vec![key("SN-1", 1)],
            time: START,
            skew: 0,
            mono: 0,
            ids: 0,
        }
    }

    fn now(&mut self) -> Now {
        self.ids += 1;
        Now {
            wall: at(self.time + self.skew),
            mono: Duration::from_secs(self.mono),
            fresh: Uuid::from_u128(self.ids),
            jitter: 0.0,
        }
    }

    /// Starts a copy and lets it come to rest.
    pub(crate) fn start(&mut self) -> Copy {
        let root = Some(self.server.root_key());
        self.start_with(root)
    }

    pub(crate) fn start_with(&mut self, root: Option<VerifyingKey>) -> Copy {
        let id = self.now().fresh;
        let logic = Logic::new(Program {
            product: "planner".into(),
            version: "16".into(),
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
        let mut copy = Copy { logic, id, due: self.mono };
        self.settle(&mut copy);
        copy
    }

    /// Lets a copy do all there is to do now.
    pub(crate) fn settle(&mut self, copy: &mut Copy) {
        for _ in 0..50 {
            let memory = self.memory.clone();
            let now = self.now();
            let next = copy.logic.next(&mut memory.borrow_mut(), &now);
            match next {
                Next::ReadKeys => {
                    let found = Found { keys: self.keys.clone(), mistyped: None };
                    copy.logic.keys_read(found, &mut memory.borrow_mut(), &now);
                }
                Next::Call(call) => {
                    let reply = self.ask(&call);
                    let now = self.now();
                    copy.logic.answered(&call, reply, &mut memory.borrow_mut(), &now);
                }
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
        let now = self.now();
        copy.logic.close(&mut self.memory.clone().borrow_mut(), &now);
        self.settle(&mut copy);
        self.crash(copy);
    }

    /// A copy ends without a word; its lock is free.
    pub(crate) fn crash(&mut self, copy: Copy) {
        for checkout in self.memory.borrow_mut().checkouts.values_mut().filter(|c| c.copy == copy.id) {
            checkout.dead = true;
        }
    }

    pub(crate) fn retry(&mut self, copy: &mut Copy) {
        let now = self.now();
        copy.logic.retry(&mut self.memory.clone().borrow_mut(), &now);
        self.settle(copy);
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
