//! The server of the invented world: few rules, real signatures.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use seatkeeper_protocol::claims::*;
use seatkeeper_protocol::client::*;
use seatkeeper_protocol::jwks::{Jwk, Jwks, RootKey};
use seatkeeper_protocol::{Code, Hold, LicenseStatus, Model, Problem, SeatShare, Secret, jwt};
use uuid::Uuid;

use super::world::{GRACE, LEASE, REFRESH, START, at};
use crate::logic::{Call, Outcome, What};

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
    /// Somebody in between plays the last lease again, whatever is asked.
    pub replay: bool,
    last_lease: Option<CheckoutAnswer>,
    /// When it wishes to be asked again.
    pub refresh_after: u64,
    /// What it says to activations, checkouts and refreshes.
    pub refuse: Option<Code>,
    /// Keys whose every request is refused as revoked.
    pub revoked: BTreeSet<String>,
    /// The last activation.
    certified: Option<ActivationRequest>,
    /// It admits and does not know whom the next moment.
    pub forgetful: bool,
    /// What of its documents is somebody else's.
    pub foreign: &'static str,
    /// Serial numbers it does not know.
    pub unknown: BTreeSet<String>,
    pub term_end: Option<i64>,
    pub offline_since: Option<Timestamp>,
    pub asked: Vec<&'static str>,
    ids: u128,
}

impl Server {
    pub(crate) fn new(seats: usize) -> Self {
        Server {
            root: SigningKey::from_bytes(&[1; 32]),
            signing: SigningKey::from_bytes(&[2; 32]),
            seats,
            live: BTreeMap::new(),
            over: BTreeMap::new(),
            returned_at: BTreeMap::new(),
            tokens: BTreeMap::new(),
            lose_replies: false,
            reachable: true,
            refresh_after: REFRESH as u64,
            replay: false,
            last_lease: None,
            refuse: None,
            revoked: BTreeSet::new(),
            certified: None,
            forgetful: false,
            foreign: "",
            unknown: BTreeSet::new(),
            term_end: None,
            offline_since: None,
            asked: Vec::new(),
            ids: 0,
        }
    }

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
                self.tokens.retain(|_, _| !self.forgetful);
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

    fn ours<T>(&self, what: &str, ours: T, theirs: T) -> T {
        if self.foreign == what { theirs } else { ours }
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
            product: self.ours("product", request.product.clone(), "viewer".into()),
            inst: self.ours("certified installation", request.installation_id, Uuid::nil()),
            device: self.ours("device", request.device.fingerprint.clone(), vec!["other".into()]),
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
        let seq = *seq;
        let until = if seq == 1 { time + LEASE } else { time + GRACE };
        let claims = LeaseClaims {
            iss: "Acme".into(),
            iat: time,
            exp: until,
            jti: format!("{id}.{seq}"),
            sub: self.ours("checkout", id, Uuid::nil()),
            seq,
            epoch: 0,
            ses: id,
            act: self.ours("activation", activation_id(), Uuid::nil()),
            inst: self.ours("installation", installation, Uuid::nil()),
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
        let answer = CheckoutAnswer {
            session_id: id,
            seat: SeatShare::New.into(),
            lease: self.sign(LEASE_TYP, &claims),
            lease_until: at(time + LEASE),
            grace_until: at(until),
            refresh_after_seconds: self.refresh_after,
            back_by: Some(at(until)),
            features: Vec::new(),
            seats: self.seats as u32,
            in_use: self.live.len() as u32,
            server_time: at(time),
        };
        let answer = if self.replay { self.last_lease.clone().unwrap_or(answer) } else { answer };
        self.last_lease = Some(answer.clone());
        Outcome::Granted(Box::new(answer))
    }
}

fn activation_id() -> Uuid {
    Uuid::from_u128(0xac7)
}
