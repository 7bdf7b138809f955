//! What people do with their own account: name and time zone, password, and where they are signed in.

use serde_json::json;

use super::sign_in::forgive;
use super::{Whose, changed};
use crate::account::{Account, MailKind, SignIn, SignInEnd};
use crate::answer::Done;
use crate::decide::check::text;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::id::{MailId, SignInId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// Changes one's own name and time zone.
#[derive(Clone, Debug)]
pub struct UpdateProfile {
    /// Whose.
    pub whose: Whose,
    /// The name.
    pub name: String,
    /// The time zone's IANA name; the browser's where absent.
    pub time_zone: Option<String>,
}

impl UpdateProfile {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?.clone();
        let mut wrong = Vec::new();
        text(&mut wrong, "name", &self.name, 200);
        if let Some(zone) = &self.time_zone {
            text(&mut wrong, "time_zone", zone, 64);
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let (name, time_zone) = (self.name.trim().to_owned(), self.time_zone.clone());
        changed(draft, Account { name, time_zone, ..account });
        self.whose.event(draft, office, "account.changed", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// Sets another password, the one before having been given. Other sign-ins end.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// Whose.
    pub whose: Whose,
    /// The sign-in that goes on.
    pub sign_in_id: SignInId,
    /// The hash that the password given was compared with.
    pub verified: String,
    /// Hash of the new one.
    pub password: String,
    /// The mail that tells of it.
    pub mail_id: MailId,
}

impl ChangePassword {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let account = self.whose.account(draft, office)?.clone();
        if account.password.as_ref() != Some(&self.verified) {
            return Err(Refusal::SignInRefused);
        }
        let kept = self.whose.sign_in(draft, self.sign_in_id)?.clone();
        draft.push(Change::SignIn(SignIn { confirmed_at: now, ..kept }));
        self.whose.end_sign_ins(draft, Some(self.sign_in_id), SignInEnd::Changed);
        self.whose.tell(draft, self.mail_id, MailKind::PasswordChanged, None);
        changed(draft, Account { password: Some(self.password.clone()), password_at: Some(now), ..account });
        self.whose.event(draft, office, "account.password_changed", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// The password was given again: for some minutes the sign-in is a fresh one.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Whose.
    pub whose: Whose,
    /// The sign-in.
    pub sign_in_id: SignInId,
    /// The hash that the password given was compared with.
    pub verified: String,
    /// The keys that the attempt was counted under.
    pub forgive: Vec<String>,
}

impl Confirm {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.sign_ins.insert(self.sign_in_id);
        needs.attempts.extend(self.forgive.iter().cloned());
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let account = self.whose.open(draft, office)?.clone();
        if account.password.as_ref() != Some(&self.verified) {
            return Err(Refusal::SignInRefused);
        }
        let sign_in = self.whose.sign_in(draft, self.sign_in_id)?.clone();
        forgive(draft, &self.forgive);
        draft.push(Change::SignIn(SignIn { confirmed_at: now, ..sign_in }));
        draft.push(Change::Account(Account { refused: 0, ..account }));
        Ok(Done::Recorded)
    }
}

/// Which sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// One.
    One(SignInId),
    /// All but one.
    AllBut(SignInId),
    /// All.
    All,
}

/// Ends sign-ins of an account.
#[derive(Clone, Copy, Debug)]
pub struct EndSignIns {
    /// Whose.
    pub whose: Whose,
    /// Which.
    pub which: Which,
    /// Whether it is the one that asks, signing out.
    pub signing_out: bool,
}

impl EndSignIns {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        match self.which {
            Which::One(id) => {
                self.whose.needs(needs);
                needs.sign_ins.insert(id);
            }
            Which::AllBut(_) | Which::All => self.whose.needs_sign_ins(needs),
        }
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        self.whose.account(draft, office)?;
        let why = if self.signing_out { SignInEnd::SignedOut } else { SignInEnd::Ended };
        match self.which {
            Which::One(id) => {
                let sign_in = draft.ledger.sign_ins.get(&id).filter(|s| s.account_id == self.whose.id);
                let sign_in = sign_in.ok_or(Refusal::NotFound { what: "sign-in" })?.clone();
                if !sign_in.good(now) {
                    return Ok(Done::Account(self.whose.id));
                }
                draft.push(Change::SignIn(SignIn { ended: Some((now, why)), ..sign_in }));
            }
            Which::AllBut(keep) => self.whose.end_sign_ins(draft, Some(keep), why),
            Which::All => self.whose.end_sign_ins(draft, None, why),
        }
        let kind = if self.signing_out { "account.signed_out" } else { "account.sign_ins_ended" };
        self.whose.event(draft, office, kind, json!({}));
        Ok(Done::Account(self.whose.id))
    }
}
