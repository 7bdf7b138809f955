//! What became of a mail to a visitor.

use jiff::Timestamp;

use crate::account::MailOutcome;
use crate::answer::Done;
use crate::ask::Ask;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::id::AskId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// A mail was sent, or was not. No event: what it tells of has one.
#[derive(Clone, Copy, Debug)]
pub struct AskMailed {
    /// Whose mail.
    pub id: AskId,
    /// When it was due: one that was written since has not been tried.
    pub due_at: Timestamp,
    /// What became of it.
    pub outcome: MailOutcome,
}

impl AskMailed {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.asks.insert(self.id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("mail")?;
        let ask = draft.ledger.asks.get(&self.id).ok_or(Refusal::NotFound { what: "mail" })?;
        if ask.mail.next_at == Some(self.due_at) {
            let mail = ask.mail.tried(self.outcome, draft.ledger.now);
            draft.push(Change::Ask(Ask { mail, ..ask.clone() }));
        }
        Ok(Done::Recorded)
    }
}
