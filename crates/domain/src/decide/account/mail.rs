//! What became of a mail.

use crate::account::MailOutcome;
use crate::answer::Done;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::id::MailId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// A mail was sent, or was not. No event: what it tells of has one.
#[derive(Clone, Copy, Debug)]
pub struct MailTried {
    /// Which.
    pub id: MailId,
    /// What became of it.
    pub outcome: MailOutcome,
}

impl MailTried {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.mails.insert(self.id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("mail")?;
        let mail = draft.ledger.mails.get(&self.id).ok_or(Refusal::NotFound { what: "mail" })?;
        if mail.next_at.is_some() {
            draft.push(Change::Mail(mail.tried(self.outcome, draft.ledger.now)));
        }
        Ok(Done::Recorded)
    }
}
