//! Holding a seat: renewing its lease, going on when contact is lost, and noticing that it is gone.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use seatkeeper_protocol::claims::LeaseClaims;
use seatkeeper_protocol::client::{CheckoutAnswer, RefreshRequest};
use seatkeeper_protocol::{Code, EndReason, Problem};
use uuid::Uuid;

use super::call::{Call, Outcome, What};
use super::clock::{Now, later};
use super::{Logic, Phase, belief, vary};
use crate::memory::{Checkout, Memory, Refused};
use crate::state::{Details, State};

/// How old a certificate may grow before it is fetched again, while there is contact.
const CERTIFICATE_AGE: SignedDuration = SignedDuration::from_hours(24);
/// The pause between two attempts to reach the server again is no longer than between two refreshes, within these bounds.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// A seat held.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) key_id: String,
    pub(super) checkout_id: Uuid,
    lease: String,
    claims: LeaseClaims,
    seats: u32,
    in_use: u32,
    refresh_after: Duration,
    /// When to refresh next.
    pub(super) due: Duration,
    /// The key is refused: the sources are to be looked at.
    pub(super) look_for_keys: bool,
}

impl Held {
    pub(super) fn details(&self) -> Details {
        Details {
            session_id: self.claims.ses,
            seats: self.seats,
            in_use: self.in_use,
            lease_until: belief::time(self.claims.lease_until),
            grace_until: belief::time(self.claims.exp),
            back_by: self.claims.back_by.map(belief::time),
        }
    }
}

impl Logic {
    /// Takes over what a checkout or a refresh granted.
    pub(super) fn hold(
        &mut self,
        call: &Call,
        checkout_id: Uuid,
        answer: CheckoutAnswer,
        claims: LeaseClaims,
        memory: &mut Memory,
        now: &Now,
    ) {
        self.clock.contact(belief::time(claims.iat), now, memory);
        if let Some(activation) = memory.activations.get_mut(&call.key_id) {
            activation.grace_since = None;
            activation.refused = None;
        }
        let checkout = Checkout {
            key_id: call.key_id.clone(),
            copy: self.program.copy,
            grace_until: Some(belief::time(claims.exp)),
            ended_at: None,
            dead: false,
        };
        memory.checkouts.insert(checkout_id, checkout);
        for ended in call.what.ends() {
            memory.checkouts.remove(ended);
        }
        let refresh_after = Duration::from_secs(answer.refresh_after_seconds.max(1));
        self.features = claims.features.clone();
        self.phase = Phase::Holding(Box::new(Held {
            key_id: call.key_id.clone(),
            checkout_id,
            lease: answer.lease,
            claims,
            seats: answer.seats,
            in_use: answer.in_use,
            refresh_after,
            due: now.mono + vary(refresh_after, now),
            look_for_keys: false,
        }));
        self.state = State::Licensed;
        self.again = false;
        self.failures = 0;
        self.tidy_later = false;
    }

    /// The next request for the seat held, if one is due.
    pub(super) fn hold_next(&mut self, memory: &Memory, now: &Now, time: Timestamp) -> Option<Call> {
        let Phase::Holding(held) = &self.phase else { return None };
        let Some(activation) = memory.activations.get(&held.key_id) else {
            // The memory was lost while the program ran.
            let (key_id, checkout_id) = (held.key_id.clone(), held.checkout_id);
            self.ask_again(&key_id, checkout_id);
            return None;
        };
        let what = if held.due <= now.mono {
            let request = RefreshRequest { lease: held.lease.clone(), ends: memory.died(&held.key_id) };
            What::Refresh(held.checkout_id, Box::new(request))
        } else if self.failures == 0 && later(activation.certified_at.max(self.terms_asked_at), CERTIFICATE_AGE) <= time
        {
            self.terms_asked_at = time;
            What::Terms
        } else {
            return None;
        };
        Some(Call {
            server: activation.server.clone(),
            key_id: held.key_id.clone(),
            token: Some(activation.token.clone()),
            what,
        })
    }

    pub(super) fn holding_answered(&mut self, call: &Call, outcome: Outcome, memory: &mut Memory, now: &Now) {
        let Phase::Holding(held) = &self.phase else { return };
        match outcome {
            Outcome::Granted(answer) => {
                let Some(activation) = memory.activations.get(&call.key_id) else {
                    return self.unanswered(None, false, now);
                };
                let (id, before) = (held.checkout_id, Some(&held.claims));
                match belief::lease(&self.program, memory, activation, id, before, &answer.lease) {
                    Ok(claims) => self.hold(call, id, *answer, claims, memory, now),
                    Err(_) => self.unanswered(None, false, now),
                }
            }
            Outcome::Refused(problem, _) => self.holding_refused(call, problem, memory, now),
            Outcome::NoContact(problem, wish) => self.unanswered(wish, problem.status >= 500, now),
            Outcome::Activated(_) | Outcome::Terms(_) | Outcome::Done => {}
        }
    }

    /// Nobody renewed the lease. `busy`: the server itself asked for patience, which is contact as long as the lease runs.
    fn unanswered(&mut self, wish: Option<Duration>, busy: bool, now: &Now) {
        let time = self.clock.time(now.wall, now.mono);
        let Phase::Holding(held) = &self.phase else { return };
        let until = belief::time(held.claims.exp);
        let most = held.refresh_after.clamp(PATIENCE.0, PATIENCE.1);
        let runs = busy && time < belief::time(held.claims.lease_until);
        let due = now.mono + self.back_off(wish, most, now);
        if let Phase::Holding(held) = &mut self.phase {
            held.due = due;
        }
        // A refusal stands until the server takes it back.
        if self.state.usable() && !runs {
            self.state = if time < until { State::Offline { until } } else { State::GraceOver };
        }
    }

    fn holding_refused(&mut self, call: &Call, problem: Box<Problem>, memory: &mut Memory, now: &Now) {
        let Phase::Holding(held) = &mut self.phase else { return };
        let checkout_id = held.checkout_id;
        if problem.status == 401 {
            // Another copy may have activated meanwhile: then its token is in the memory already.
            let Some(activation) = memory.activation_with(&call.key_id, call.token.as_ref()) else {
                held.due = now.mono;
                return;
            };
            activation.stale = true;
            activation.refused = Some(Refused::always(problem));
            return self.ask_again(&call.key_id, checkout_id);
        }
        match problem.code {
            Code::CheckoutEnded => {
                memory.checkouts.remove(&checkout_id);
                let reason = EndReason::from(problem.text("end_reason").unwrap_or("unknown"));
                self.seat_gone(reason);
            }
            Code::CheckoutForked => {
                memory.checkouts.remove(&checkout_id);
                self.ask_for_another(EndReason::Other(problem.code.to_string()));
            }
            _ => {
                // The seat is kept: if the licence is resumed, the program goes on by itself.
                held.due = now.mono + vary(held.refresh_after, now);
                held.look_for_keys = true;
                self.remember_refusal(call, &problem, memory);
                self.state = State::refused(problem);
            }
        }
    }

    /// A seat taken back for want of contact is asked for again, once. One that somebody took away on purpose is not.
    fn seat_gone(&mut self, reason: EndReason) {
        let on_purpose = matches!(
            reason,
            EndReason::Released | EndReason::Blocked | EndReason::LicenseRevoked | EndReason::ActivationEnded
        );
        if on_purpose {
            self.state = State::Lost { reason };
            self.phase = Phase::Resting { until: None, only_new: false };
        } else {
            self.ask_for_another(reason);
        }
    }

    pub(super) fn terms_read(&mut self, call: &Call, outcome: Outcome, memory: &mut Memory) {
        let Outcome::Terms(terms) = outcome else { return };
        let Ok(claims) = belief::certificate(&self.program, memory, &terms.certificate) else { return };
        if let Some(activation) = memory.activations.get_mut(&call.key_id) {
            activation.certified_at = belief::time(claims.iat);
            activation.certificate = terms.certificate;
        }
    }
}
