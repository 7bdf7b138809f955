//! The link in the mail was used: the trial begins, or the vendor is asked.

use serde_json::json;

use super::{Making, product};
use crate::answer::Done;
use crate::ask::{Ask, AskAnswer, Wanted};
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::event::Stream;
use crate::id::AskId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::Term;

const CLOSED: Refusal = Refusal::Conflict("This cannot be asked for any more. Write to whoever makes the program.");

/// Begins a trial: customer, licence and key, once for a mailbox and a product. Its days begin with the first device.
#[derive(Clone, Debug)]
pub struct BeginTrial {
    /// Which ask. The secret of its link was verified before.
    pub ask_id: AskId,
    /// The licence to be made.
    pub making: Making,
}

impl BeginTrial {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.asks.insert(self.ask_id);
        self.making.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let ask = good(draft, self.ask_id, Wanted::Trial)?;
        if let Some(made) = ask.made() {
            // Pressed twice, or on two tabs.
            return Ok(Done::License { id: made.license_id, key_id: Some(made.key_id) });
        }
        let now = draft.ledger.now;
        let days = product(draft, ask)?.offer.trial_days.ok_or(CLOSED)?;
        let made = self.making.license(draft, office, ask, Term::Trial { days, started_at: None }, None)?;
        let answer = AskAnswer { made: Some(made), said: String::new(), by: office.actor, at: now };
        draft.push(Change::Ask(Ask { confirmed_at: Some(now), answer: Some(answer), ..ask.clone() }));
        Ok(Done::License { id: made.license_id, key_id: Some(made.key_id) })
    }
}

/// Has the vendor look at what was asked for.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmAsk {
    /// Which ask. The secret of its link was verified before.
    pub ask_id: AskId,
}

impl ConfirmAsk {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.asks.insert(self.ask_id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let ask = good(draft, self.ask_id, Wanted::Education)?;
        if ask.confirmed_at.is_some() {
            return Ok(Done::Recorded);
        }
        let product = product(draft, ask)?;
        if !product.offer.education {
            return Err(CLOSED);
        }
        let body = json!({ "ask": ask.id, "product": product.id });
        draft.event(Stream::Server, "education.asked", office.actor, body);
        draft.push(Change::Ask(Ask { confirmed_at: Some(draft.ledger.now), ..ask.clone() }));
        Ok(Done::Recorded)
    }
}

/// The ask, if its link is good.
fn good<'a>(draft: &Draft<'a>, id: AskId, wanted: Wanted) -> Result<&'a Ask, Refusal> {
    let found = draft.ledger.asks.get(&id).filter(|ask| ask.wanted == wanted);
    found.filter(|ask| ask.link_good(draft.ledger.now)).ok_or(Refusal::LinkOver)
}
