//! Getting a seat: each key in order, activating where need be, until one is granted or all have been asked.

use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_protocol::claims::FeatureClaim;
use seatkeeper_protocol::client::{ActivationAnswer, ActivationRequest, CheckoutAnswer, CheckoutRequest};
use seatkeeper_protocol::{Code, EndReason, Problem, paths};
use uuid::Uuid;

use super::call::{Call, Outcome, What};
use super::clock::Now;
use super::{Asked, Logic, Phase, belief, grace};
use crate::keys::Key;
use crate::memory::{Activation, Checkout, Memory, Refused};
use crate::problems;
use crate::state::State;

/// How often a full pool is asked again.
const WAIT_FOR_SEAT: Duration = Duration::from_secs(30);
/// How often a licence that is refused is asked again, in case it was resumed or renewed.
const WAIT_FOR_LICENSE: Duration = Duration::from_secs(300);
/// The longest pause between two attempts to reach a server.
const MOST_PATIENCE: Duration = Duration::from_secs(300);

/// More than that is no accident: the server admits this installation and does not know it the next moment.
const MOST_OUTDONE: u8 = 5;

/// How far the trying has come.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// The key being tried.
    at: usize,
    /// How often its token was refused in this round. Copies that activate at once outdo each other a few times.
    outdone: u8,
    /// Its checkout got a new id in this round.
    renamed: bool,
    /// The refusal to tell if all refuse.
    refusal: Option<(Box<Problem>, Option<Duration>)>,
    /// What nobody answered.
    silence: Option<Silence>,
}

#[derive(Debug)]
struct Silence {
    problem: Box<Problem>,
    wish: Option<Duration>,
    servers: Vec<String>,
    /// The keys that could not be asked.
    keys: Vec<String>,
}

impl Logic {
    /// The key being tried, where one is left to try.
    pub(super) fn key_being_tried(&self) -> Option<&Key> {
        match &self.phase {
            Phase::Opening(opening) => self.keys.get(opening.at),
            _ => None,
        }
    }

    /// The next request for the key being tried; none once that key, or every key, needs no asking.
    pub(super) fn open_next(&mut self, memory: &mut Memory, now: &Now, time: Timestamp) -> Option<Call> {
        let Some(key) = self.key_being_tried().cloned() else {
            self.settle(memory, now, time);
            return None;
        };
        if let Phase::Opening(Opening { at, silence: Some(silence), .. }) = &mut self.phase
            && silence.servers.contains(&key.server)
        {
            silence.keys.push(key.id);
            *at += 1;
            return None;
        }
        let Some(activation) = memory.activations.get(&key.id).filter(|activation| !activation.stale).cloned() else {
            return Some(self.activate(&key, memory));
        };
        let checkout_id = match &self.asked {
            Some(asked) if asked.key_id == key.id => asked.checkout_id,
            Some(other) => {
                // Its answer never came and another key is tried: whatever it got is returned first.
                memory.leave(other.checkout_id, time);
                self.asked = None;
                return None;
            }
            None => now.fresh,
        };
        self.asked = Some(Asked { key_id: key.id.clone(), checkout_id });
        memory.checkouts.entry(checkout_id).or_insert_with(|| Checkout {
            key_id: key.id.clone(),
            copy: self.program.copy,
            grace_until: None,
            ended_at: None,
            dead: false,
        });
        let program = &self.program;
        let request = CheckoutRequest {
            user: program.user.clone(),
            device_name: program.device.name.clone(),
            os_session: program.os_session.clone(),
            version: program.version.clone(),
            released_at: program.released_at,
            features: program.features.clone(),
            ends: memory.died(&key.id),
            offline_since: activation.grace_since,
        };
        Some(Call {
            server: activation.server,
            key_id: key.id,
            token: Some(activation.token),
            what: What::Checkout(checkout_id, Box::new(request)),
        })
    }

    fn activate(&self, key: &Key, memory: &Memory) -> Call {
        let program = &self.program;
        let request = ActivationRequest {
            protocol: paths::PROTOCOL,
            serial_number: key.serial_number.clone(),
            product_key: key.product_key.clone(),
            product: program.product.clone(),
            version: program.version.clone(),
            released_at: program.released_at,
            installation_id: memory.installation_id,
            device: program.device.clone(),
        };
        Call {
            server: key.server.clone(),
            key_id: key.id.clone(),
            token: None,
            what: What::Activate(Box::new(request)),
        }
    }

    pub(super) fn opening_answered(&mut self, call: &Call, outcome: Outcome, memory: &mut Memory, now: &Now) {
        let believed = match outcome {
            Outcome::Activated(answer) => self.activated(call, *answer, memory),
            Outcome::Granted(answer) => self.granted(call, *answer, memory, now),
            Outcome::Refused(problem, wish) => return self.opening_refused(call, problem, wish, memory),
            Outcome::NoContact(problem, wish) => Err((problem, wish)),
            Outcome::Terms(_) | Outcome::Done => Ok(()),
        };
        if let (Err((problem, wish)), Phase::Opening(opening)) = (believed, &mut self.phase) {
            let silence =
                opening.silence.get_or_insert(Silence { problem, wish, servers: Vec::new(), keys: Vec::new() });
            silence.servers.push(call.server.clone());
            silence.keys.push(call.key_id.clone());
            opening.next_key();
        }
    }

    fn activated(
        &mut self,
        call: &Call,
        answer: ActivationAnswer,
        memory: &mut Memory,
    ) -> Result<(), (Box<Problem>, Option<Duration>)> {
        let claims =
            belief::certificate(&self.program, memory, &answer.certificate).map_err(|problem| (problem, None))?;
        let before = memory.activations.get(&call.key_id);
        let activation = Activation {
            id: claims.sub,
            server: call.server.clone(),
            token: answer.activation_token,
            stale: false,
            certificate: answer.certificate,
            certified_at: belief::time(claims.iat),
            // Only a lease, which is for a checkout of this moment, resets grace: an old answer played again does not.
            grace_since: before.and_then(|before| before.grace_since),
            refused: before.and_then(|before| before.refused.clone()),
        };
        // By another key of the same licence it is the same activation, and its old token is no longer good.
        let same = |other: &&mut Activation| other.id == activation.id && other.server == activation.server;
        for other in memory.activations.values_mut().filter(same) {
            other.token = activation.token.clone();
            other.stale = false;
        }
        memory.activations.insert(call.key_id.clone(), activation);
        Ok(())
    }

    fn granted(
        &mut self,
        call: &Call,
        answer: CheckoutAnswer,
        memory: &mut Memory,
        now: &Now,
    ) -> Result<(), (Box<Problem>, Option<Duration>)> {
        let What::Checkout(checkout_id, _) = &call.what else { return Ok(()) };
        let Some(activation) = memory.activations.get(&call.key_id) else { return Ok(()) };
        let claims = belief::lease(&self.program, memory, activation, *checkout_id, None, &answer.lease)
            .map_err(|problem| (problem, None))?;
        self.asked = None;
        self.lost = None;
        self.hold(call, *checkout_id, answer, claims, memory, now);
        Ok(())
    }

    fn opening_refused(&mut self, call: &Call, problem: Box<Problem>, wish: Option<Duration>, memory: &mut Memory) {
        let Phase::Opening(opening) = &mut self.phase else { return };
        if let What::Checkout(checkout_id, _) = &call.what {
            if problem.status == 401 {
                // Another copy may have activated meanwhile: then its token is in the memory already.
                match memory.activation_with(&call.key_id, call.token.as_ref()) {
                    None => return,
                    Some(activation) if opening.outdone < MOST_OUTDONE => {
                        opening.outdone += 1;
                        activation.stale = true;
                        activation.refused = Some(Refused::always(problem));
                        return;
                    }
                    Some(_) => {}
                }
            }
            memory.checkouts.remove(checkout_id);
            self.asked = None;
            let used_up = matches!(problem.code, Code::CheckoutEnded | Code::CheckoutForked);
            if used_up && !opening.renamed {
                opening.renamed = true;
                return;
            }
        }
        self.remember_refusal(call, &problem, memory);
        let Phase::Opening(opening) = &mut self.phase else { return };
        let hopeful = |problem: &Problem| matches!(problem.code, Code::NoSeatAvailable | Code::HolderLimit);
        match &opening.refusal {
            Some((before, _)) if hopeful(before) || !hopeful(&problem) => {}
            _ => opening.refusal = Some((problem, wish)),
        }
        opening.next_key();
    }

    /// Every key was tried and none granted a seat.
    fn settle(&mut self, memory: &mut Memory, now: &Now, time: Timestamp) {
        let Phase::Opening(Opening { refusal, silence, .. }) = &mut self.phase else { return };
        let (refusal, silence) = (refusal.take(), silence.take());
        let unasked = silence.iter().flat_map(|silence| &silence.keys);
        let grace = unasked.filter_map(|key_id| grace::start(&self.program, memory, key_id, time)).next();
        let grace = grace.or_else(|| silence.as_ref().and_then(|_| self.grace_by_an_older_key(memory, time)));
        let wish = silence.as_ref().and_then(|silence| silence.wish);
        let patience = self.back_off(wish, MOST_PATIENCE, now);
        match (self.lost.take(), refusal, silence, grace) {
            (None, _, Some(_), Some((state, features))) => {
                self.features = features;
                self.state = state;
                self.rest(patience, false, now);
            }
            // That was the one attempt at another seat.
            (Some(reason), Some((problem, _)), ..) if problem.code == Code::NoSeatAvailable => {
                self.state = State::Lost { reason };
                self.phase = Phase::Resting { until: None, only_new: false };
            }
            (_, Some((problem, wish)), ..) => {
                self.failures = 0;
                let (pause, only_new) = pause_after(&problem, wish);
                self.state = State::refused(problem);
                self.rest(pause, only_new, now);
            }
            (Some(reason), None, ..) => {
                self.state = State::Lost { reason: reason.clone() };
                self.lost = Some(reason);
                self.rest(patience, false, now);
            }
            (None, None, Some(silence), None) => {
                self.state = State::refused(problems::first_start(silence.problem));
                self.rest(patience, false, now);
            }
            (None, None, None, _) => self.rest(patience, false, now),
        }
    }

    /// A new key was put in the place of one that works, and there is no contact to try it.
    fn grace_by_an_older_key(&self, memory: &mut Memory, time: Timestamp) -> Option<(State, Vec<FeatureClaim>)> {
        let older = |id: &&String| self.keys.iter().all(|key| key.id != **id);
        let older: Vec<String> = memory.activations.keys().filter(older).cloned().collect();
        let mut graces = older.iter().filter_map(|key_id| grace::start(&self.program, memory, key_id, time));
        graces.find(|(state, _)| !matches!(state, State::Refused { .. }))
    }

    /// Asks for another seat in place of one that is gone, once.
    pub(super) fn ask_for_another(&mut self, reason: EndReason) {
        self.lost = Some(reason);
        self.asked = None;
        self.phase = Phase::Opening(Opening::default());
    }

    /// Asks for the same seat again after activating again.
    pub(super) fn ask_again(&mut self, key_id: &str, checkout_id: Uuid) {
        self.asked = Some(Asked { key_id: key_id.to_owned(), checkout_id });
        let at = self.keys.iter().position(|key| key.id == key_id).unwrap_or_default();
        self.phase = Phase::Opening(Opening { at, ..Opening::default() });
    }
}

impl Opening {
    fn next_key(&mut self) {
        self.at += 1;
        self.outdone = 0;
        self.renamed = false;
    }
}

/// How long to wait after a refusal, and whether only another key is worth asking with.
fn pause_after(problem: &Problem, wish: Option<Duration>) -> (Duration, bool) {
    match problem.code {
        Code::NoSeatAvailable | Code::HolderLimit => (wish.unwrap_or(WAIT_FOR_SEAT), false),
        Code::TooManyAttempts => (wish.unwrap_or(super::LOOK_FOR_KEYS), true),
        Code::UnknownKey | Code::KeyRevoked | Code::LicenseRevoked => (super::LOOK_FOR_KEYS, true),
        _ => (wish.unwrap_or(WAIT_FOR_LICENSE), false),
    }
}
