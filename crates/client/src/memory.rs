//! What an installation remembers from one start to the next, shared by its running copies. Knows nothing of files.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use seatkeeper_protocol::{Problem, Secret};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::trust::Trusted;

/// Servers refuse a request that names more dead checkouts.
const MOST_NAMED: usize = 100;

/// Everything an installation remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// The device it was written on.
    pub fingerprint: Vec<String>,
    /// Made up once.
    pub installation_id: Uuid,
    /// The highest time seen.
    pub highest_time: Timestamp,
    /// How far this machine's clock was behind the server's at the last contact.
    pub clock_behind_seconds: i64,
    /// The servers' keys.
    pub trusted: Trusted,
    /// Activations by key.
    pub activations: BTreeMap<String, Activation>,
    /// Checkouts that may not have been returned, of this and of other copies.
    pub checkouts: BTreeMap<Uuid, Checkout>,
    /// Keys under which this device was given up, not to be activated again unasked.
    pub given_up: BTreeSet<String>,
    /// What the user typed.
    pub typed: Option<Typed>,
}

/// This installation's admission to a licence by one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Activation {
    /// Its id.
    pub id: Uuid,
    /// The server that gave it.
    pub server: String,
    /// Bearer token.
    pub token: Secret,
    /// The server no longer takes the token: to be activated again.
    pub stale: bool,
    /// The signed certificate as it came. It is verified whenever it is used.
    pub certificate: String,
    /// When the certificate was signed.
    pub certified_at: Timestamp,
    /// Since when the program has started with no contact; none since the server last granted something.
    pub grace_since: Option<Timestamp>,
    /// The refusal seen since the server last granted something: it ends grace.
    pub refused: Option<Refused>,
}

/// A refusal seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// What the server said.
    pub problem: Box<Problem>,
    /// The version of the program that was refused; none where all of them are.
    pub version: Option<String>,
}

impl Refused {
    /// One that concerns every version of the program.
    pub(crate) fn always(problem: Box<Problem>) -> Self {
        Refused { problem, version: None }
    }

    /// Whether it stands against this version of the program.
    pub(crate) fn concerns(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|refused| refused == version)
    }
}

/// A checkout that the server may count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Checkout {
    /// The key whose activation it belongs to.
    pub key_id: String,
    /// The running copy that has it.
    pub copy: Uuid,
    /// How long its holder may go on with no contact; none before the first answer.
    pub grace_until: Option<Timestamp>,
    /// When it was closed with no contact.
    pub ended_at: Option<Timestamp>,
    /// The copy is gone. Found out anew at each look.
    #[serde(skip)]
    pub dead: bool,
}

/// A serial number and product key as the user typed them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Typed {
    /// The serial number.
    pub serial_number: String,
    /// The product key.
    pub product_key: Secret,
}

impl Memory {
    /// That of an installation never started before.
    pub(crate) fn new(installation_id: Uuid, fingerprint: Vec<String>) -> Self {
        Memory {
            fingerprint,
            installation_id,
            highest_time: Timestamp::UNIX_EPOCH,
            clock_behind_seconds: 0,
            trusted: Trusted::default(),
            activations: BTreeMap::new(),
            checkouts: BTreeMap::new(),
            given_up: BTreeSet::new(),
            typed: None,
        }
    }

    /// The program no longer has this checkout and could not tell the server yet: whoever next has contact will.
    pub(crate) fn leave(&mut self, checkout_id: Uuid, ended_at: Timestamp) {
        if let Some(checkout) = self.checkouts.get_mut(&checkout_id) {
            checkout.ended_at = Some(ended_at);
            checkout.copy = Uuid::nil();
            checkout.dead = true;
        }
    }

    /// The activation under `key_id`, unless it has another token by now: a copy that activates again writes the new one down,
    /// and the old one is no longer good.
    pub(crate) fn activation_with(&mut self, key_id: &str, token: Option<&Secret>) -> Option<&mut Activation> {
        self.activations.get_mut(key_id).filter(|activation| Some(&activation.token) == token)
    }

    /// This device is given up under `key_id`, and under every other key of the same licence.
    pub(crate) fn give_up(&mut self, key_id: &str) {
        self.given_up.insert(key_id.to_owned());
        if let Some(gone) = self.activations.remove(key_id) {
            let same = self.activations.extract_if(.., |_, a| a.id == gone.id && a.server == gone.server);
            self.given_up.extend(same.map(|(key_id, _)| key_id));
        }
        self.checkouts.retain(|_, checkout| !self.given_up.contains(&checkout.key_id));
    }

    /// Dead checkouts under `key_id` whose end nobody wrote down, for `ends`: as many as can be named at once.
    pub(crate) fn died(&self, key_id: &str) -> Vec<Uuid> {
        let died = |c: &Checkout| c.dead && c.ended_at.is_none() && c.key_id == key_id;
        self.checkouts.iter().filter(|(_, c)| died(c)).map(|(id, _)| *id).take(MOST_NAMED).collect()
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Memory::new(Uuid::from_u128(7), vec!["machine".into(), "disk".into(), "mac".into()])
    }
}
