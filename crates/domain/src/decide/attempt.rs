//! A failed activation, counted against its address.

use super::draft::Draft;
use crate::answer::Answer;
use crate::attempts::{Attempts, Limit};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// No licence and key went together like these.
#[derive(Clone, Debug)]
pub struct FailedAttempt {
    /// The address, or the network it belongs to.
    pub address: String,
}

impl FailedAttempt {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.attempts.insert(self.address.clone());
    }

    /// Once an address is held back nothing more is written, so that a flood costs the disk nothing.
    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let now = draft.ledger.now;
        let before = draft.ledger.attempts.get(&self.address);
        let held_until = before.and_then(|a| a.held_until(Limit::ACTIVATION, now));
        if held_until.is_none() {
            draft.push(Change::Attempts(Attempts::failed(before, &self.address, Limit::ACTIVATION, now)));
        }
        Ok(Answer::Attempt { held_until })
    }
}
