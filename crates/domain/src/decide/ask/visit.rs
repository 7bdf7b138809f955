//! A visitor asks. The answer is the same whether their address was seen before.

use super::super::account::{count, mail_address};
use super::super::check::text;
use crate::account::Delivery;
use crate::answer::Done;
use crate::ask::{Ask, Stage, Wanted, mailbox};
use crate::attempts::Limit;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::id::AskId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// What may be written as a name, a company or a reason, in characters.
const NAME: usize = 100;
const COMPANY: usize = 200;
const WHY: usize = 500;

/// Asks for a trial or an education licence: has a mail sent to the address, which says how it stands.
#[derive(Clone, Debug)]
pub struct AskLicense {
    /// Under which keys it is counted, and how many may be of each.
    pub under: Vec<(String, Limit)>,
    /// Drawn outside, in case it was never asked before.
    pub id: AskId,
    /// What is asked for.
    pub wanted: Wanted,
    /// The product's code.
    pub product: String,
    /// The mail address.
    pub email: String,
    /// Who asks.
    pub name: String,
    /// Their company, school or university.
    pub company: Option<String>,
    /// What for.
    pub why: Option<String>,
}

impl AskLicense {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.attempts.extend(self.under.iter().map(|(key, _)| key.clone()));
        needs.product_codes.insert(self.product.clone());
        needs.asks_from.insert(mailbox(&self.email));
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("product")?;
        let (ledger, now) = (draft.ledger, draft.ledger.now);
        let offered = ledger.products.values().find(|p| p.code == self.product && p.offer.has(self.wanted));
        let product = offered.ok_or(Refusal::NotFound { what: "product" })?;
        self.sound()?;
        let held_until = count(draft, &self.under);
        if held_until.is_some() {
            return Ok(Done::Counted { held_until });
        }
        let from = mailbox(&self.email);
        let same =
            |ask: &&Ask| ask.product_id == product.id && ask.wanted == self.wanted && mailbox(&ask.email) == from;
        let before = ledger.asks.values().find(same);
        let mail = Delivery::from(now);
        let ask = match before {
            // Whoever asks again did not get it yet; only who can read the mail confirms what is written there last.
            Some(before) if matches!(before.stage(), Stage::Waiting | Stage::Granted) => Ask { mail, ..before.clone() },
            before => Ask {
                id: before.map_or(self.id, |before| before.id),
                wanted: self.wanted,
                product_id: product.id,
                email: self.email.trim().to_owned(),
                name: self.name.trim().to_owned(),
                company: self.company.as_ref().map(|company| company.trim().to_owned()),
                why: self.why.as_ref().map(|why| why.trim().to_owned()),
                asked_at: now,
                confirmed_at: None,
                answer: None,
                mail,
            },
        };
        draft.push(Change::Ask(ask));
        Ok(Done::Counted { held_until })
    }

    fn sound(&self) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        text(&mut wrong, "name", &self.name, NAME);
        if !mail_address(self.email.trim()) {
            wrong.push(("email".to_owned(), "is no mail address".to_owned()));
        }
        let needed = self.wanted == Wanted::Education;
        for (field, given, most) in [("company", &self.company, COMPANY), ("why", &self.why, WHY)] {
            match given {
                Some(given) => text(&mut wrong, field, given, most),
                None if needed => text(&mut wrong, field, "", most),
                None => {}
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
    }
}
