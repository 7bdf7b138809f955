//! Returning a checkout.

use super::admission::Credential;
use super::draft::Draft;
use super::seats;
use crate::answer::Answer;
use crate::event::Actor;
use crate::id::CheckoutId;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::session::EndReason;

use jiff::Timestamp;

/// A program returns its checkout.
#[derive(Clone, Debug)]
pub struct Return {
    /// Its token. A device that was given up since may still return.
    pub credential: Credential,
    /// The checkout.
    pub id: CheckoutId,
    /// When the program was really closed, where it could not say so at once. Taken as reported, never
    /// earlier than the last refresh and never in the future.
    pub ended_at: Option<Timestamp>,
}

impl Return {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.credential.license_id);
        needs.checkouts.insert(self.id);
    }

    /// Repeating it, or returning what was taken back, changes nothing and frees nobody else's seat.
    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let owner = draft.checkout(self.id).map(|c| c.activation_id);
        match (owner, draft.license(self.credential.license_id)) {
            (Some(owner), _) if owner != self.credential.activation_id => {
                return Err(Refusal::NotFound { what: "checkout" });
            }
            (Some(_), Some(license)) => {
                let actor = Actor::Device(self.credential.activation_id);
                seats::end_copy(draft, license, self.id, self.ended_at, EndReason::Returned, None, actor);
            }
            _ => {}
        }
        Ok(Answer::Returned)
    }
}
