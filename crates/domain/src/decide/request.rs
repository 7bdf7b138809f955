//! Asking for more seats, and the vendor's answer.

use jiff::Timestamp;
use serde_json::json;

use super::check::text;
use super::draft::Draft;
use super::license::sound;
use super::office::Office;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::LicenseId;
use crate::ledger::Change;
use crate::license::{Grant, License, Model};
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::request::{RequestAnswer, SeatRequest};

/// Seats that may be asked for at once.
const MOST: u32 = 100_000;
/// What may be written as a reason or as an answer, in characters.
const WORDS: usize = 500;

/// Asks the vendor for more seats of a pool.
#[derive(Clone, Debug)]
pub struct AskSeats {
    /// Of which licence.
    pub license_id: LicenseId,
    /// How many more.
    pub seats: u32,
    /// Until when; for good where absent.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

impl AskSeats {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let license = office.license(draft, self.license_id)?;
        if license.revoked() {
            return Err(Refusal::Conflict("This licence was revoked for ever. Ask for another one."));
        }
        if license.model == Model::SingleUser {
            return Err(Refusal::Conflict("A single-user licence has one seat. Ask for another licence."));
        }
        let mut wrong = Vec::new();
        if !(1..=MOST).contains(&self.seats) {
            wrong.push(("seats".to_owned(), format!("must be between 1 and {MOST}")));
        }
        if self.until.is_some_and(|at| at <= now) {
            wrong.push(("until".to_owned(), "lies in the past".to_owned()));
        }
        text(&mut wrong, "reason", &self.reason, WORDS);
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let request = SeatRequest {
            seats: self.seats,
            until: self.until,
            reason: self.reason.trim().to_owned(),
            asked_by: office.actor,
            asked_at: now,
            answer: None,
        };
        let license = License { request: Some(Box::new(request)), revision: license.revision + 1, ..license.clone() };
        let body = json!({ "seats": self.seats, "until": self.until });
        draft.event(Stream::License(license.id), "seats.asked", office.actor, body);
        draft.push(Change::License(license));
        Ok(Done::License { id: self.license_id, key_id: None })
    }
}

/// What the vendor makes of a request.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// These seats are added to the licence.
    Grant(Grant),
    /// They are not.
    Decline,
}

/// Answers a request for seats: grants them, all in one, or declines.
#[derive(Clone, Debug)]
pub struct AnswerRequest {
    /// Of which licence.
    pub license_id: LicenseId,
    /// When it was asked: a request that took its place meanwhile is not answered.
    pub asked_at: Timestamp,
    /// Yes or no.
    pub verdict: Verdict,
    /// What the customer reads of it. May be empty where seats are granted.
    pub said: String,
}

impl AnswerRequest {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("request")?;
        let now = draft.ledger.now;
        let before = office.license(draft, self.license_id)?;
        if before.revoked() {
            return Err(Refusal::Conflict("A revoked licence cannot be changed: revoking is final."));
        }
        let request = before.request.as_ref().filter(|request| request.asked_at == self.asked_at);
        let request = request.filter(|request| request.answer.is_none());
        let request = request.ok_or(Refusal::Conflict("This request was answered, or asked anew, meanwhile."))?;
        let granted = match &self.verdict {
            Verdict::Grant(grant) => Some(grant),
            Verdict::Decline => None,
        };
        let mut wrong = Vec::new();
        if granted.is_none() || !self.said.is_empty() {
            text(&mut wrong, "said", &self.said, WORDS);
        }
        if granted.is_some_and(|grant| grant.ends_at.is_some_and(|at| at <= now)) {
            wrong.push(("until".to_owned(), "lies in the past".to_owned()));
        }
        let answer = RequestAnswer {
            granted: granted.map(|grant| grant.seats),
            said: self.said.trim().to_owned(),
            by: office.actor,
            at: now,
        };
        let license = License {
            grants: before.grants.iter().chain(granted).cloned().collect(),
            request: Some(Box::new(SeatRequest { answer: Some(answer), ..SeatRequest::clone(request) })),
            revision: before.revision + 1,
            ..before.clone()
        };
        let product = draft.ledger.products.get(&license.product_id);
        let product = product.ok_or(Refusal::NotFound { what: "product" })?;
        wrong.extend(sound(&license, Some(before), product, now, true));
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let kind = if granted.is_some() { "seats.granted" } else { "seats.declined" };
        let body = json!({ "grant": granted, "seats": license.seats(now) });
        let counters = draft.counters(license.id).fitted(license.limit(now));
        draft.push(Change::Counters(license.id, counters));
        draft.event(Stream::License(license.id), kind, office.actor, body);
        draft.push(Change::License(license));
        Ok(Done::License { id: self.license_id, key_id: None })
    }
}
