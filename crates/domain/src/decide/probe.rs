//! A write that means nothing, to see whether the books can be written again after a disk failed.

use super::draft::Draft;
use crate::answer::Answer;
use crate::attempts::Attempts;
use crate::ledger::Change;
use crate::refusal::Refusal;

/// Writes a row that nobody reads: failed attempts of no address.
#[derive(Clone, Copy, Debug)]
pub struct Probe;

impl Probe {
    pub(super) fn decide(self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let row = Attempts { address: String::new(), failures: 0, since: draft.ledger.now };
        draft.push(Change::Attempts(row));
        Ok(Answer::Returned)
    }
}
