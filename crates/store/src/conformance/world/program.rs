//! One program: what it remembers, what it asks, what it makes of the answer.

use jiff::Timestamp;
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Checkout, Command, Credential, Deactivate, PresentedLease, Refresh, Return};
use seatkeeper_domain::id::{CheckoutId, SessionId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::Times;

use super::{World, held, person};
use crate::conformance::plan::{Act, Ask};

/// A program, running or not.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it has open.
    pub running: Option<Running>,
    /// Checkouts that died without a word.
    dead: Vec<CheckoutId>,
    /// Returns not known to have arrived, and the last that did.
    returns: Vec<(CheckoutId, Option<Timestamp>)>,
}

/// A claim that a program made.
#[derive(Clone, Debug)]
pub struct Running {
    /// The id it made up.
    pub checkout: CheckoutId,
    /// The lease it holds, once it has heard of one.
    pub lease: Option<Held>,
}

/// What a program keeps of a lease.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Its number within its checkout.
    pub number: u32,
    /// The restore epoch it was given in.
    pub epoch: u32,
    /// Its session.
    pub session_id: SessionId,
    /// When that began.
    pub started_at: Timestamp,
    /// What it promises.
    pub times: Times,
}

impl Program {
    /// The lease it goes on by.
    pub fn lease(&self) -> Option<Held> {
        self.running.as_ref().and_then(|running| running.lease)
    }

    pub(super) fn die(&mut self) -> Option<Command> {
        self.dead.extend(self.running.take().map(|running| running.checkout));
        None
    }

    pub(super) fn close_offline(&mut self, now: Timestamp) -> Option<Command> {
        self.returns.extend(self.running.take().map(|running| (running.checkout, Some(now))));
        None
    }

    pub(super) fn checkout_answered(&mut self, id: CheckoutId, ends: &[CheckoutId], answer: &Result<Answer, Refusal>) {
        self.dead.retain(|dead| !ends.contains(dead));
        let Some(running) = self.running.as_mut().filter(|running| running.checkout == id) else { return };
        match answer {
            Ok(Answer::Granted(granted)) => running.lease = Some(held(granted)),
            _ => self.running = None,
        }
    }

    pub(super) fn refresh_answered(&mut self, id: CheckoutId, ends: &[CheckoutId], answer: &Result<Answer, Refusal>) {
        self.dead.retain(|dead| !ends.contains(dead));
        let Some(running) = self.running.as_mut().filter(|running| running.checkout == id) else { return };
        match answer {
            Ok(Answer::Granted(granted)) => running.lease = Some(held(granted)),
            Err(Refusal::CheckoutEnded { .. } | Refusal::CheckoutForked | Refusal::NotFound { .. }) => {
                self.running = None;
            }
            _ => {}
        }
    }

    pub(super) fn return_answered(&mut self, id: CheckoutId) {
        // The last one is kept, to be repeated: a delayed twin of the request may arrive at any time.
        if self.returns.len() > 1 {
            self.returns.retain(|(returned, _)| *returned != id);
        }
    }
}

impl World {
    pub(super) fn with_token(&mut self, ask: &Ask, credential: Credential) -> Option<Command> {
        match ask.act {
            Act::Open => Some(self.open_or_refresh(ask.program, credential)),
            Act::Close => self.close(ask.program, credential),
            Act::Deactivate => Some(Command::Deactivate(Deactivate { credential })),
            _ => None,
        }
    }

    fn open(&mut self, program: usize, credential: Credential) -> Command {
        let fresh = CheckoutId(self.draw());
        let (session_id, salt, denial) = (self.draw().into(), self.salt(), self.denial());
        let asking = &mut self.programs[program];
        let running = asking.running.get_or_insert(Running { checkout: fresh, lease: None });
        Command::Checkout(Box::new(Checkout {
            credential,
            id: running.checkout,
            person: person(program),
            version: self.version.clone(),
            released_at: None,
            features: None,
            ends: asking.dead.clone(),
            offline_since: None,
            address: "192.0.2.7".to_owned(),
            session_id,
            salt,
            denial,
        }))
    }

    /// A program that holds a lease renews it; one that does not asks, and asks again, for a seat.
    fn open_or_refresh(&mut self, program: usize, credential: Credential) -> Command {
        let (running, ends) = (self.programs[program].running.clone(), self.programs[program].dead.clone());
        let Some((checkout, held)) = running.and_then(|r| r.lease.map(|lease| (r.checkout, lease))) else {
            return self.open(program, credential);
        };
        Command::Refresh(Box::new(Refresh {
            credential,
            id: checkout,
            lease: PresentedLease {
                number: held.number,
                before_restore: held.epoch < self.epoch,
                session_id: held.session_id,
                person: person(program),
                version: self.version.to_string(),
                started_at: held.started_at,
            },
            ends,
            features: None,
            address: "192.0.2.7".to_owned(),
            salt: self.salt(),
        }))
    }

    fn close(&mut self, program: usize, credential: Credential) -> Option<Command> {
        let closing = &mut self.programs[program];
        closing.returns.extend(closing.running.take().map(|running| (running.checkout, None)));
        let (id, ended_at) = *closing.returns.last()?;
        Some(Command::Return(Return { credential, id, ended_at }))
    }
}
