//! The vendor's answer to who asked for an education licence.

use jiff::Timestamp;
use serde_json::json;

use super::super::check::text;
use super::Making;
use crate::account::Delivery;
use crate::answer::Done;
use crate::ask::{Ask, AskAnswer, Stage};
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::event::Stream;
use crate::id::AskId;
use crate::ledger::Change;
use crate::license::FeatureGrant;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::Term;

/// What may be said with an answer, in characters.
const WORDS: usize = 500;

/// What the vendor makes of it.
#[derive(Clone, Debug)]
pub enum AskVerdict {
    /// A licence.
    Grant {
        /// What is drawn for it.
        making: Box<Making>,
        /// When it ends.
        expires_at: Timestamp,
        /// Its modules.
        features: Vec<FeatureGrant>,
    },
    /// None.
    Decline,
}

/// Answers who asked for an education licence: they get a mail that says so.
#[derive(Clone, Debug)]
pub struct AnswerAsk {
    /// Which ask.
    pub ask_id: AskId,
    /// Yes or no.
    pub verdict: AskVerdict,
    /// What the asker reads of it. May be empty where a licence is granted.
    pub said: String,
}

impl AnswerAsk {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.asks.insert(self.ask_id);
        if let AskVerdict::Grant { making, .. } = &self.verdict {
            making.needs(needs);
        }
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("request")?;
        let now = draft.ledger.now;
        let ask = draft.ledger.asks.get(&self.ask_id).ok_or(Refusal::NotFound { what: "request" })?;
        if ask.stage() != Stage::Waiting {
            return Err(Refusal::Conflict("This request was answered, or asked anew, meanwhile."));
        }
        let granted = matches!(self.verdict, AskVerdict::Grant { .. });
        if !granted || !self.said.is_empty() {
            let mut wrong = Vec::new();
            text(&mut wrong, "said", &self.said, WORDS);
            if !wrong.is_empty() {
                return Err(Refusal::Invalid(wrong));
            }
        }
        let made = match &self.verdict {
            AskVerdict::Decline => None,
            AskVerdict::Grant { making, expires_at, features } => {
                let term = Term::Education { expires_at: *expires_at };
                Some(making.license(draft, office, ask, term, Some(features.clone()))?)
            }
        };
        let kind = if granted { "education.granted" } else { "education.declined" };
        let body = json!({ "ask": ask.id, "license": made.map(|made| made.license_id) });
        draft.event(Stream::Server, kind, office.actor, body);
        let answer = AskAnswer { made, said: self.said.trim().to_owned(), by: office.actor, at: now };
        draft.push(Change::Ask(Ask { answer: Some(answer), mail: Delivery::from(now), ..ask.clone() }));
        Ok(made.map_or(Done::Recorded, |made| Done::License { id: made.license_id, key_id: Some(made.key_id) }))
    }
}
