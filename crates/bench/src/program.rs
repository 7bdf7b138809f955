//! A licensed program as the server meets it: what it asks, and what it takes from the answers.
//!
//! Knows the program protocol, and nothing of when or why something is asked.

use anyhow::{Context, Result, bail};
use seatkeeper_protocol::client::{ActivationRequest, CheckoutRequest, Device};
use seatkeeper_protocol::{Secret, paths};
use serde::Deserialize;
use uuid::Uuid;

use crate::connection::{Answer, write};
use crate::random::Random;
use crate::vendor::Issued;

/// A program that is activated on a device of its own, with its latest checkout.
pub(crate) struct Program {
    token: String,
    checkout_body: String,
    checkout: Uuid,
    lease: String,
}

/// The version that every program has.
const VERSION: &str = "16.0.2";

/// Asks to be admitted to a licence, on a device that nobody has met.
pub(crate) fn ask_to_activate(issued: &Issued, random: &mut Random, request: &mut Vec<u8>) {
    let hash = |random: &mut Random| format!("{:016x}{:016x}", random.next(), random.next());
    let body = ActivationRequest {
        protocol: paths::PROTOCOL,
        serial_number: issued.serial_number.clone(),
        product_key: Secret::new(&*issued.product_key),
        product: issued.product.clone(),
        version: VERSION.to_owned(),
        released_at: None,
        installation_id: random.uuid(),
        device: Device {
            name: device_name(random),
            os: "Windows 11".to_owned(),
            fingerprint: (0..4).map(|_| hash(random)).collect(),
        },
    };
    write(request, "POST", paths::ACTIVATIONS, "", &json(&body));
}

impl Program {
    /// The one that was admitted by this answer.
    pub(crate) fn activated(answer: &Answer<'_>, random: &mut Random) -> Result<Self> {
        expect(answer, 201)?;
        let admitted: Admitted<'_> = serde_json::from_slice(answer.body)?;
        let body = CheckoutRequest {
            user: format!("user.{:07}", random.next() % 10_000_000),
            device_name: device_name(random),
            os_session: None,
            version: VERSION.to_owned(),
            released_at: None,
            features: None,
            ends: Vec::new(),
            offline_since: None,
        };
        Ok(Self {
            token: admitted.activation_token.to_owned(),
            checkout_body: json(&body),
            checkout: Uuid::nil(),
            lease: String::new(),
        })
    }

    /// Numbers of its own, for what it makes up.
    pub(crate) fn random(&self) -> Random {
        let bytes = self.token.bytes().rev().take(16);
        Random::seeded(bytes.fold(0, |seed, byte| seed.rotate_left(7) ^ u64::from(byte)))
    }

    /// What it sends to take a seat.
    pub(crate) fn checkout_body(&self) -> &str {
        &self.checkout_body
    }

    /// Asks for a seat, under an id it makes up.
    pub(crate) fn ask_for_a_seat(&mut self, random: &mut Random, request: &mut Vec<u8>) {
        self.checkout = random.uuid();
        write(request, "PUT", &paths::checkout(self.checkout), &self.token, &self.checkout_body);
    }

    /// Asks for its lease to be renewed.
    pub(crate) fn ask_to_refresh(&self, request: &mut Vec<u8>) {
        let body = format!(r#"{{"lease":"{}"}}"#, self.lease);
        write(request, "POST", &paths::refresh(self.checkout), &self.token, &body);
    }

    /// Gives its seat back.
    pub(crate) fn ask_to_return(&self, request: &mut Vec<u8>) {
        write(request, "DELETE", &paths::checkout(self.checkout), &self.token, "");
    }

    /// Takes the lease that an answer of this status holds.
    pub(crate) fn take_lease(&mut self, answer: &Answer<'_>, status: u16) -> Result<()> {
        expect(answer, status)?;
        let leased: Leased<'_> = serde_json::from_slice(answer.body).context("an answer holds no lease")?;
        leased.lease.clone_into(&mut self.lease);
        Ok(())
    }
}

#[derive(Deserialize)]
struct Admitted<'a> {
    activation_token: &'a str,
}

#[derive(Deserialize)]
struct Leased<'a> {
    lease: &'a str,
}

/// An answer of another status ends the run.
pub(crate) fn expect(answer: &Answer<'_>, status: u16) -> Result<()> {
    if answer.status != status {
        bail!("{} in place of {status}: {}", answer.status, String::from_utf8_lossy(answer.body));
    }
    Ok(())
}

/// Whether everybody else has the seats.
pub(crate) fn no_seat(answer: &Answer<'_>) -> bool {
    #[derive(Deserialize)]
    struct Problem<'a> {
        code: &'a str,
    }
    answer.status == 409
        && serde_json::from_slice(answer.body).is_ok_and(|problem: Problem<'_>| problem.code == "no_seat_available")
}

fn device_name(random: &mut Random) -> String {
    format!("WS-{:06}", random.next() % 1_000_000)
}

fn json(request: &impl serde::Serialize) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
