//! Two-factor sign-in: drawn, confirmed by a first code, its recovery codes renewed, switched off.

use serde_json::json;

use super::{Whose, changed};
use crate::account::{Account, MailKind, SecondFactor, SignInEnd};
use crate::answer::Done;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::id::{MailId, SignInId};
use crate::needs::Needs;
use crate::refusal::Refusal;

const ALREADY_ON: Refusal = Refusal::Conflict("Two-factor sign-in is on already.");
const NOT_ON: Refusal = Refusal::Conflict("Two-factor sign-in is not on.");

/// Begins two-factor sign-in: a fresh secret, asked for once it is confirmed.
#[derive(Clone, Debug)]
pub struct DrawFactor {
    /// Whose.
    pub whose: Whose,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
}

impl DrawFactor {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?.clone();
        if account.asked_factor().is_some() {
            return Err(ALREADY_ON);
        }
        let factor =
            SecondFactor { sealed: self.sealed.clone(), confirmed_at: None, last_step: 0, recovery: Vec::new() };
        changed(draft, Account { second_factor: Some(factor), ..account });
        self.whose.event(draft, office, "account.two_factor_begun", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// Switches two-factor sign-in on: a first code was right. Other sign-ins end.
#[derive(Clone, Debug)]
pub struct ConfirmFactor {
    /// Whose.
    pub whose: Whose,
    /// The sign-in that goes on.
    pub sign_in_id: SignInId,
    /// The secret that the code was of, sealed.
    pub sealed: Vec<u8>,
    /// The code's step.
    pub step: u64,
    /// Hashes of the recovery codes.
    pub recovery: Vec<[u8; 32]>,
    /// The mail that tells of it.
    pub mail_id: MailId,
}

impl ConfirmFactor {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?.clone();
        let begun = account.second_factor.as_ref().filter(|factor| factor.sealed == self.sealed).ok_or(NOT_ON)?;
        if begun.confirmed_at.is_some() {
            return Err(ALREADY_ON);
        }
        let factor = SecondFactor {
            confirmed_at: Some(draft.ledger.now),
            last_step: self.step,
            recovery: self.recovery.clone(),
            ..begun.clone()
        };
        self.whose.end_sign_ins(draft, Some(self.sign_in_id), SignInEnd::Changed);
        self.whose.tell(draft, self.mail_id, MailKind::FactorChanged, None);
        changed(draft, Account { second_factor: Some(factor), ..account });
        self.whose.event(draft, office, "account.two_factor_on", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// Puts new recovery codes in place of those that were left.
#[derive(Clone, Debug)]
pub struct RenewRecovery {
    /// Whose.
    pub whose: Whose,
    /// Hashes of the new codes.
    pub recovery: Vec<[u8; 32]>,
}

impl RenewRecovery {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?.clone();
        let factor = account.asked_factor().ok_or(NOT_ON)?;
        let factor = SecondFactor { recovery: self.recovery.clone(), ..factor.clone() };
        changed(draft, Account { second_factor: Some(factor), ..account });
        self.whose.event(draft, office, "account.recovery_codes_renewed", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// Switches two-factor sign-in off: by its owner, or by whoever manages people, for one who lost both telephone and
/// recovery codes. Other sign-ins end.
#[derive(Clone, Copy, Debug)]
pub struct RemoveFactor {
    /// Whose.
    pub whose: Whose,
    /// The sign-in that goes on, where it is its owner who asks.
    pub sign_in_id: Option<SignInId>,
    /// The mail that tells of it.
    pub mail_id: MailId,
}

impl RemoveFactor {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?.clone();
        let was_on = account.asked_factor().is_some();
        changed(draft, Account { second_factor: None, ..account });
        if was_on {
            self.whose.end_sign_ins(draft, self.sign_in_id, SignInEnd::Changed);
            self.whose.tell(draft, self.mail_id, MailKind::FactorChanged, None);
        }
        self.whose.event(draft, office, "account.two_factor_off", json!({ "was_on": was_on }));
        Ok(Done::Account(self.whose.id))
    }
}
