//! Forgetting a person's names. The audit chain holds: it commits to them by salted hashes, and the salts go too.

use serde_json::json;

use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::denial::Denial;
use crate::event::Stream;
use crate::holder::HolderKey;
use crate::id::{CustomerId, DenialId, SessionId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::session::Session;

/// Erases the names of a user from rows found before. Sessions that are live keep theirs until they end.
#[derive(Clone, Debug)]
pub struct EraseNames {
    /// Whose people they are.
    pub customer_id: CustomerId,
    /// The user's name, folded.
    pub user: String,
    /// Sessions to look at.
    pub sessions: Vec<SessionId>,
    /// Denials to look at.
    pub denials: Vec<DenialId>,
}

impl EraseNames {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.customers.insert(self.customer_id);
        needs.sessions.extend(&self.sessions);
        needs.denials.extend(&self.denials);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let ledger = draft.ledger;
        let not_found = Refusal::NotFound { what: "customer" };
        if office.customer_id.is_some_and(|own| own != self.customer_id) {
            return Err(not_found);
        }
        ledger.customers.get(&self.customer_id).ok_or(not_found)?;
        let own = |id| ledger.licenses.get(&id).is_some_and(|l| l.customer_id == self.customer_id);
        let mut rows = 0;
        for session in self.sessions.iter().filter_map(|id| ledger.sessions.get(id)) {
            if own(session.license_id) && !session.live() && session.names.is_user(&self.user) {
                let holder = HolderKey::nobody(session.id.0);
                let mut nameless = Session { address: None, holder, ..session.clone() };
                nameless.names.erase();
                draft.push(Change::Session(nameless));
                rows += 1;
            }
        }
        for denial in self.denials.iter().filter_map(|id| ledger.denials.get(id)) {
            if own(denial.license_id) && denial.names.is_user(&self.user) {
                let mut nameless = Denial { holder: HolderKey::nobody(denial.id.0), ..denial.clone() };
                nameless.names.erase();
                draft.push(Change::Denial(nameless));
                rows += 1;
            }
        }
        draft.event(Stream::Customer(self.customer_id), "names.erased", office.actor, json!({ "rows": rows }));
        Ok(Done::Erased { rows })
    }
}
