//! Signing in: an attempt is counted before it is looked at; a password begins a sign-in, and where a second factor is
//! asked for, only that completes it.

use jiff::Timestamp;
use serde_json::json;

use super::Whose;
use crate::account::{Account, Proof, SecondFactor, SignIn};
use crate::answer::Done;
use crate::attempts::{Attempts, Limit};
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::holder::fold;
use crate::id::SignInId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::after;

/// Counts an attempt before it is looked at, so that many at once are not looked at either. Whether there is such an
/// account makes no difference to what is answered.
#[derive(Clone, Debug)]
pub struct CountAttempt {
    /// Under which keys, and how many may be of each.
    pub under: Vec<(String, Limit)>,
    /// The mail address that was given.
    pub email: String,
}

impl CountAttempt {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.attempts.extend(self.under.iter().map(|(key, _)| key.clone()));
        needs.emails.insert(fold(&self.email));
    }

    /// Once held back nothing more is written, so that a flood costs the disk nothing.
    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, _: &Office) -> Result<Done, Refusal> {
        let held_until = count(draft, &self.under);
        let folded = fold(&self.email);
        if held_until.is_none()
            && let Some(account) = draft.ledger.accounts.values().find(|a| fold(&a.email) == folded)
        {
            draft.push(Change::Account(Account { refused: account.refused.saturating_add(1), ..account.clone() }));
        }
        Ok(Done::Counted { held_until })
    }
}

/// Counts an attempt under each key, unless one of them is held back; then until when.
pub(in crate::decide) fn count(draft: &mut Draft<'_>, under: &[(String, Limit)]) -> Option<Timestamp> {
    let (ledger, now) = (draft.ledger, draft.ledger.now);
    let held = |(key, limit): &(String, Limit)| ledger.attempts.get(key)?.held_until(*limit, now);
    let held_until = under.iter().filter_map(held).max();
    if held_until.is_none() {
        for (key, limit) in under {
            draft.push(Change::Attempts(Attempts::failed(ledger.attempts.get(key), key, *limit, now)));
        }
    }
    held_until
}

/// The attempt was right: it counts as none.
pub(super) fn forgive(draft: &mut Draft<'_>, keys: &[String]) {
    let counted: Vec<Attempts> = keys.iter().filter_map(|key| draft.ledger.attempts.get(key)).cloned().collect();
    for attempts in counted {
        draft.push(Change::Attempts(attempts.forgiven()));
    }
}

/// Begins a sign-in: the password was right.
#[derive(Clone, Debug)]
pub struct StartSignIn {
    /// Whose.
    pub whose: Whose,
    /// Its id.
    pub id: SignInId,
    /// The account's password hash, as it was when the password was compared with it.
    pub verified: String,
    /// Hash of the secret in the cookie.
    pub hash: [u8; 32],
    /// The address it comes from.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    /// The keys that the attempt was counted under.
    pub forgive: Vec<String>,
}

impl StartSignIn {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
        needs.attempts.extend(self.forgive.iter().cloned());
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let account = self.whose.open(draft, office)?;
        if account.password.as_ref() != Some(&self.verified) {
            return Err(Refusal::SignInRefused);
        }
        let complete = account.asked_factor().is_none();
        self.whose.expire_sign_ins(draft);
        forgive(draft, &self.forgive);
        draft.push(Change::SignIn(SignIn {
            id: self.id,
            account_id: account.id,
            hash: self.hash,
            complete,
            address: self.address.clone(),
            agent: self.agent.clone(),
            refused: refused_before(account, &self.forgive),
            started_at: now,
            seen_at: now,
            expires_at: after(now, if complete { SignIn::MOST_SECONDS } else { SignIn::HALF_SECONDS }),
            confirmed_at: now,
            viewing: None,
            ended: None,
        }));
        draft.push(Change::Account(Account { refused: 0, ..account.clone() }));
        if complete {
            self.whose.event(draft, office, "account.signed_in", json!({ "sign_in": self.id }));
        }
        Ok(Done::SignedIn { id: self.id, complete })
    }
}

/// Attempts refused before the one that was right, which was counted like the others.
fn refused_before(account: &Account, counted: &[String]) -> u32 {
    account.refused.saturating_sub(u32::from(!counted.is_empty()))
}

/// Completes a sign-in with the second factor. The cookie gets a new secret with it.
#[derive(Clone, Debug)]
pub struct CompleteSignIn {
    /// Whose.
    pub whose: Whose,
    /// Which.
    pub id: SignInId,
    /// Hash of the new secret.
    pub hash: [u8; 32],
    /// The second proof.
    pub proof: Proof,
    /// The keys that the attempt was counted under.
    pub forgive: Vec<String>,
}

impl CompleteSignIn {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.sign_ins.insert(self.id);
        needs.attempts.extend(self.forgive.iter().cloned());
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let account = self.whose.open(draft, office).map_err(|_| Refusal::SignInOver)?;
        let half = draft.ledger.sign_ins.get(&self.id);
        let half = half.filter(|s| s.account_id == account.id && !s.complete && s.good(now));
        let half = half.ok_or(Refusal::SignInOver)?;
        let factor = account.asked_factor().ok_or(Refusal::SignInOver)?;
        let left: SecondFactor = factor.after(self.proof).ok_or(Refusal::CodeRefused)?;
        forgive(draft, &self.forgive);
        let recovery = matches!(self.proof, Proof::Recovery(_));
        let body = json!({ "sign_in": self.id, "recovery_code": recovery, "recovery_codes_left": left.recovery.len() });
        draft.push(Change::SignIn(SignIn {
            hash: self.hash,
            complete: true,
            refused: half.refused + refused_before(account, &self.forgive),
            seen_at: now,
            expires_at: after(now, SignIn::MOST_SECONDS),
            ..half.clone()
        }));
        draft.push(Change::Account(Account { refused: 0, second_factor: Some(left), ..account.clone() }));
        self.whose.event(draft, office, "account.signed_in", body);
        Ok(Done::SignedIn { id: self.id, complete: true })
    }
}

/// Notes that a sign-in is used. No event: it happens all day.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Which.
    pub id: SignInId,
}

impl Seen {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.sign_ins.insert(self.id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, _: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let sign_in = draft.ledger.sign_ins.get(&self.id).filter(|s| s.complete && s.good(now));
        let sign_in = sign_in.ok_or(Refusal::SignInOver)?;
        draft.push(Change::SignIn(SignIn { seen_at: now, ..sign_in.clone() }));
        Ok(Done::Recorded)
    }
}
