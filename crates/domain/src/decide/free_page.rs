//! The page that tells a customer's people whether a seat is free: opened to whoever has its address, and shut. Knows no
//! address: that is made of the instant which stands here.

use jiff::Timestamp;
use serde_json::json;

use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::catalogue::{Customer, FreePage};
use crate::event::Stream;
use crate::id::CustomerId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// Opens the page under a fresh address, so that one it had before is good no more; or shuts it.
#[derive(Clone, Copy, Debug)]
pub struct SetFreePage {
    /// Whose page.
    pub customer_id: CustomerId,
    /// Opened, or shut.
    pub open: bool,
}

impl SetFreePage {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.customers.insert(self.customer_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let not_found = Refusal::NotFound { what: "customer" };
        if office.customer_id.is_some_and(|own| own != self.customer_id) {
            return Err(not_found);
        }
        let before = draft.ledger.customers.get(&self.customer_id).ok_or(not_found)?;
        let now = draft.ledger.now;
        let (kind, page) = match (self.open, before.free_page.filter(|page| page.shut_at.is_none())) {
            (true, None) => ("customer.free_page_opened", fresh(now, before.free_page)),
            (true, Some(_)) => ("customer.free_page_renewed", fresh(now, before.free_page)),
            (false, Some(page)) => ("customer.free_page_shut", FreePage { shut_at: Some(now), ..page }),
            (false, None) => return Ok(Done::Customer(self.customer_id)),
        };
        draft.push(Change::Customer(Customer { free_page: Some(page), ..before.clone() }));
        draft.event(Stream::Customer(self.customer_id), kind, office.actor, json!({}));
        Ok(Done::Customer(self.customer_id))
    }
}

/// Open from now on, or from just after the last time, whatever the clock says.
fn fresh(now: Timestamp, before: Option<FreePage>) -> FreePage {
    let next = before.and_then(|page| Timestamp::from_microsecond(page.since.as_microsecond() + 1).ok());
    FreePage { since: next.map_or(now, |next| now.max(next)), shut_at: None }
}
