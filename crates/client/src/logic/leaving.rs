//! Giving back: what dead copies left, this copy's seat when it closes, and the device itself.

use jiff::Timestamp;
use seatkeeper_protocol::Problem;
use uuid::Uuid;

use super::call::{Call, Outcome, What};
use super::clock::Now;
use super::{Logic, Phase};
use crate::memory::Memory;
use crate::problems;
use crate::state::State;

/// How far giving up the device has come.
#[derive(Debug)]
pub(super) enum GivingUp {
    Asked,
    Answered(Result<(), Box<Problem>>),
}

impl Logic {
    /// Returns one checkout that a dead or closed copy left, where naming it in `ends` is not enough: its end was written
    /// down, or it belongs to another key.
    pub(super) fn tidy(&mut self, memory: &Memory) -> Option<Call> {
        if self.tidy_later {
            return None;
        }
        let current = match &self.phase {
            Phase::Holding(held) => Some(held.key_id.clone()),
            _ => self.key_being_tried().map(|key| key.id.clone()),
        };
        memory
            .checkouts
            .iter()
            .filter(|(_, c)| c.dead && (c.ended_at.is_some() || Some(&c.key_id) != current.as_ref()))
            .find_map(|(id, c)| give_back(memory, *id, &c.key_id, c.ended_at))
    }

    pub(super) fn returned(&mut self, call: &Call, checkout_id: Uuid, outcome: Outcome, memory: &mut Memory) {
        match outcome {
            Outcome::NoContact(..) => {
                self.tidy_later = true;
                if let Phase::Closing = self.phase {
                    self.phase = Phase::Closed;
                }
            }
            // With another copy's new token it is returned at once, otherwise when this installation is admitted again.
            Outcome::Refused(problem, _) if problem.status == 401 => {
                if let Some(activation) = memory.activation_with(&call.key_id, call.token.as_ref()) {
                    activation.stale = true;
                }
            }
            // Returned now, or over before: either way nobody counts it any longer.
            _ => drop(memory.checkouts.remove(&checkout_id)),
        }
    }

    /// The program closes it. What it has is written down as returned; then the server is told.
    pub(crate) fn close(&mut self, memory: &mut Memory, now: &Now) {
        let time = self.clock.advance(now, memory);
        self.clock.remember(memory);
        for checkout in memory.checkouts.values_mut().filter(|c| c.copy == self.program.copy) {
            checkout.ended_at = Some(time);
        }
        self.state = State::Closed;
        self.phase = Phase::Closing;
    }

    /// Returns this copy's checkouts one by one.
    pub(super) fn close_next(&mut self, memory: &Memory) -> Option<Call> {
        let mine = memory.checkouts.iter().filter(|(_, c)| c.copy == self.program.copy);
        let call = mine.into_iter().find_map(|(id, c)| give_back(memory, *id, &c.key_id, c.ended_at));
        if call.is_none() {
            self.phase = Phase::Closed;
        }
        call
    }

    /// An answer that came after the program closed: what it granted is returned as written down.
    pub(super) fn answered_closing(call: &Call, outcome: &Outcome, memory: &mut Memory) {
        if let (What::Checkout(id, _), Outcome::Refused(..)) = (&call.what, outcome) {
            memory.checkouts.remove(id);
        }
    }

    /// The user gives this device up (Move Licence). How it went is told by [`Logic::given_up`].
    pub(crate) fn give_up(&mut self) {
        self.giving_up = Some(GivingUp::Asked);
    }

    /// How giving the device up went, once it is known.
    pub(crate) fn given_up(&mut self) -> Option<Result<(), Box<Problem>>> {
        match self.giving_up.take()? {
            GivingUp::Answered(result) => Some(result),
            asked => {
                self.giving_up = Some(asked);
                None
            }
        }
    }

    pub(super) fn next_giving_up(&mut self, memory: &mut Memory, now: &Now) -> Option<Call> {
        let Some(GivingUp::Asked) = self.giving_up else { return None };
        if let Phase::Keys { .. } = self.phase {
            // Which keys there are is read first.
            return None;
        }
        let key_id = match &self.phase {
            Phase::Holding(held) => Some(held.key_id.clone()),
            _ => self.keys.iter().find(|key| memory.activations.contains_key(&key.id)).map(|key| key.id.clone()),
        };
        let activation = key_id.as_ref().and_then(|key_id| memory.activations.get(key_id));
        let Some((key_id, activation)) = key_id.clone().zip(activation) else {
            // There is nothing to give up, and it is not to come by itself.
            memory.given_up.extend(self.keys.iter().map(|key| key.id.clone()));
            self.gone(now);
            return None;
        };
        let (server, token) = (activation.server.clone(), Some(activation.token.clone()));
        Some(Call { server, key_id, token, what: What::GiveUp })
    }

    pub(super) fn gave_up(&mut self, call: &Call, outcome: Outcome, memory: &mut Memory, now: &Now) {
        match outcome {
            Outcome::NoContact(problem, _) => self.giving_up = Some(GivingUp::Answered(Err(problem))),
            Outcome::Refused(problem, _) if problem.status != 401 => {
                self.giving_up = Some(GivingUp::Answered(Err(problem)));
            }
            // With another copy's new token it is asked again.
            Outcome::Refused(..) if memory.activation_with(&call.key_id, call.token.as_ref()).is_none() => {}
            // Given up, or not known to the server any longer, which is what was asked for.
            _ => {
                memory.give_up(&call.key_id);
                self.gone(now);
            }
        }
    }

    /// The device is given up: nothing is asked for before the user says so.
    fn gone(&mut self, now: &Now) {
        self.giving_up = Some(GivingUp::Answered(Ok(())));
        if let Phase::Closing | Phase::Closed = self.phase {
            return;
        }
        self.asked = None;
        self.state = State::refused(problems::given_up(&self.program.product));
        self.rest(super::LOOK_FOR_KEYS, true, now);
    }
}

fn give_back(memory: &Memory, checkout_id: Uuid, key_id: &str, ended_at: Option<Timestamp>) -> Option<Call> {
    let activation = memory.activations.get(key_id).filter(|activation| !activation.stale)?;
    Some(Call {
        server: activation.server.clone(),
        key_id: key_id.to_owned(),
        token: Some(activation.token.clone()),
        what: What::Return(checkout_id, ended_at),
    })
}
