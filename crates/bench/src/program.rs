//! Licensed programs as the server meets them, each kind of work they do in a type of its own.
//!
//! Knows the program protocol; measures nothing.

use anyhow::{Context, Result, bail};
use seatkeeper_protocol::client::{ActivationRequest, CheckoutRequest, Device};
use seatkeeper_protocol::{Secret, paths};
use serde::Deserialize;
use uuid::Uuid;

use crate::connection::{Answer, write};
use crate::load::Work;
use crate::random::Random;
use crate::vendor::Issued;

/// A program that is activated on a device of its own, with its latest checkout.
pub(crate) struct Program {
    token: String,
    checkout_body: String,
    checkout: Uuid,
    lease: String,
}

/// Programs that start one after the other: each activates and takes a seat.
pub(crate) struct Arriving {
    issued: Issued,
    left: u32,
    random: Random,
    starting: Option<Program>,
    /// Those that hold a seat.
    pub(crate) programs: Vec<Program>,
}

impl Arriving {
    /// `count` programs of a licence. Each `crowd` names other devices and people.
    pub(crate) fn new(issued: &Issued, crowd: u64, count: u32) -> Self {
        let programs = Vec::with_capacity(count as usize);
        Self { issued: issued.clone(), left: count, random: Random::seeded(crowd), starting: None, programs }
    }

    fn activation(&mut self) -> String {
        let hash = |random: &mut Random| format!("{:016x}{:016x}", random.next(), random.next());
        let request = ActivationRequest {
            protocol: paths::PROTOCOL,
            serial_number: self.issued.serial_number.clone(),
            product_key: Secret::new(&*self.issued.product_key),
            product: self.issued.product.clone(),
            version: "16.0.2".to_owned(),
            released_at: None,
            installation_id: self.random.uuid(),
            device: Device {
                name: device_name(&mut self.random),
                os: "Windows 11".to_owned(),
                fingerprint: (0..4).map(|_| hash(&mut self.random)).collect(),
            },
        };
        json(&request)
    }
}

impl Work for Arriving {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        if let Some(program) = &self.starting {
            write(request, "PUT", &paths::checkout(program.checkout), &program.token, &program.checkout_body);
            return true;
        }
        if self.left == 0 {
            return false;
        }
        let body = self.activation();
        write(request, "POST", paths::ACTIVATIONS, "", &body);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, 201)?;
        match self.starting.take() {
            None => {
                let admitted: Admitted = serde_json::from_slice(answer.body)?;
                let request = CheckoutRequest {
                    user: format!("user.{:07}", self.random.next() % 10_000_000),
                    device_name: device_name(&mut self.random),
                    os_session: None,
                    version: "16.0.2".to_owned(),
                    released_at: None,
                    features: None,
                    ends: Vec::new(),
                    offline_since: None,
                };
                self.starting = Some(Program {
                    token: admitted.activation_token.to_owned(),
                    checkout_body: json(&request),
                    checkout: self.random.uuid(),
                    lease: String::new(),
                });
            }
            Some(program) => {
                self.left -= 1;
                self.programs.push(Program { lease: lease(answer)?, ..program });
            }
        }
        Ok(())
    }
}

/// A program that returns its seat and takes another, over and over.
pub(crate) struct Cycling {
    program: Program,
    random: Random,
    holds: bool,
}

impl Cycling {
    /// Goes on from the seat that `program` holds.
    pub(crate) fn new(mut program: Program) -> Self {
        let (high, low) = program.checkout.as_u64_pair();
        let random = Random::seeded(high ^ low);
        program.lease.clear();
        Self { program, random, holds: true }
    }
}

impl Work for Cycling {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let Program { token, checkout_body, checkout, .. } = &mut self.program;
        if self.holds {
            write(request, "DELETE", &paths::checkout(*checkout), token, "");
        } else {
            *checkout = self.random.uuid();
            write(request, "PUT", &paths::checkout(*checkout), token, checkout_body);
        }
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, if self.holds { 204 } else { 201 })?;
        self.holds = !self.holds;
        Ok(())
    }
}

/// Programs that are open and only refresh, each in its turn.
pub(crate) struct Refreshing {
    programs: Vec<Program>,
    turn: usize,
}

impl Refreshing {
    /// At least one.
    pub(crate) fn new(programs: Vec<Program>) -> Self {
        Self { programs, turn: 0 }
    }

    /// So many works, the programs shared out among them.
    pub(crate) fn shared_out(programs: Vec<Program>, works: usize) -> Vec<Self> {
        let mut shares: Vec<Self> = (0..works).map(|_| Self::new(Vec::new())).collect();
        for (at, program) in programs.into_iter().enumerate() {
            shares[at % works].programs.push(program);
        }
        shares
    }
}

impl Work for Refreshing {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let Program { token, checkout, lease, .. } = &self.programs[self.turn];
        let body = format!(r#"{{"lease":"{lease}"}}"#);
        write(request, "POST", &paths::refresh(*checkout), token, &body);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, 200)?;
        self.programs[self.turn].lease = lease(answer)?;
        self.turn = (self.turn + 1) % self.programs.len();
        Ok(())
    }
}

/// Nobody's work: the request of a checkout, to a server that only signs and sends it back.
pub(crate) struct Echoing {
    body: String,
}

impl Echoing {
    /// With the body that `program` sends.
    pub(crate) fn like(program: &Program) -> Self {
        Self { body: program.checkout_body.clone() }
    }
}

impl Work for Echoing {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        write(request, "PUT", crate::echo::PATH, "", &self.body);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, 200)
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

fn lease(answer: &Answer<'_>) -> Result<String> {
    let leased: Leased<'_> = serde_json::from_slice(answer.body).context("an answer holds no lease")?;
    Ok(leased.lease.to_owned())
}

fn expect(answer: &Answer<'_>, status: u16) -> Result<()> {
    if answer.status != status {
        bail!("{} in place of {status}: {}", answer.status, String::from_utf8_lossy(answer.body));
    }
    Ok(())
}

fn device_name(random: &mut Random) -> String {
    format!("WS-{:06}", random.next() % 1_000_000)
}

fn json(request: &impl serde::Serialize) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
