//! The vendor's people seeing a customer's pages: reading only, on the record, and over by itself.

use serde_json::json;

use super::Whose;
use crate::account::SignIn;
use crate::answer::Done;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::event::Stream;
use crate::id::{CustomerId, SignInId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::after;

/// Begins to see a customer's pages. It stands in the customer's own record.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Who sees them.
    pub whose: Whose,
    /// In which sign-in.
    pub sign_in_id: SignInId,
    /// Whose pages.
    pub customer_id: CustomerId,
}

impl View {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.sign_ins.insert(self.sign_in_id);
        needs.customers.insert(self.customer_id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("customer")?;
        self.whose.account(draft, office)?;
        if self.whose.customer_id.is_some() || draft.ledger.customers.get(&self.customer_id).is_none() {
            return Err(Refusal::NotFound { what: "customer" });
        }
        let sign_in = self.whose.sign_in(draft, self.sign_in_id)?.clone();
        let until = after(draft.ledger.now, SignIn::VIEWING_SECONDS);
        draft.push(Change::SignIn(SignIn { viewing: Some((self.customer_id, until)), ..sign_in }));
        let body = json!({ "account": self.whose.id, "until": until });
        draft.event(Stream::Customer(self.customer_id), "customer.viewing_begun", office.actor, body);
        Ok(Done::Recorded)
    }
}

/// Sees one's own pages again.
#[derive(Clone, Copy, Debug)]
pub struct StopViewing {
    /// Who.
    pub whose: Whose,
    /// In which sign-in.
    pub sign_in_id: SignInId,
    /// Whose pages were seen.
    pub customer_id: CustomerId,
}

impl StopViewing {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.sign_ins.insert(self.sign_in_id);
        needs.customers.insert(self.customer_id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("customer")?;
        self.whose.account(draft, office)?;
        let sign_in = self.whose.sign_in(draft, self.sign_in_id)?.clone();
        if sign_in.views(draft.ledger.now) == Some(self.customer_id) {
            let body = json!({ "account": self.whose.id });
            draft.event(Stream::Customer(self.customer_id), "customer.viewing_ended", office.actor, body);
        }
        draft.push(Change::SignIn(SignIn { viewing: None, ..sign_in }));
        Ok(Done::Recorded)
    }
}
