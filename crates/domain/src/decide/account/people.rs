//! The people of a house: invited, given another role, shut out and let in again. Somebody always stays who manages them.

use serde_json::json;

use super::{Letter, Whose, can_be, changed, not_the_last};
use crate::account::{Account, SignInEnd, fits, governing};
use crate::answer::Done;
use crate::decide::check::matches;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::holder::fold;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::token::Role;

/// Makes an account for somebody, and has them invited.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Whose.
    pub whose: Whose,
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The mail, and the link in it.
    pub letter: Letter,
}

impl Invite {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.emails.insert(fold(&self.email));
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        within(office, &self.whose)?;
        can_be(draft, self.whose.customer_id, &self.email, &self.name, self.role)?;
        let account = new(draft, self.whose, &self.email, &self.name, self.role, None);
        self.whose.send_link(draft, &account, self.letter);
        draft.push(Change::Account(account));
        self.whose.event(draft, office, "account.invited", json!({ "role": self.role }));
        Ok(Done::Account(self.whose.id))
    }
}

/// Makes an account with a password: on the server's own machine.
#[derive(Clone, Debug)]
pub struct MakeAccount {
    /// Whose.
    pub whose: Whose,
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Hash of the password.
    pub password: String,
}

impl MakeAccount {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
        needs.emails.insert(fold(&self.email));
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        within(office, &self.whose)?;
        can_be(draft, self.whose.customer_id, &self.email, &self.name, self.role)?;
        let account = new(draft, self.whose, &self.email, &self.name, self.role, Some(self.password.clone()));
        draft.push(Change::Account(account));
        self.whose.event(draft, office, "account.made", json!({ "role": self.role }));
        Ok(Done::Account(self.whose.id))
    }
}

/// Nobody makes people for another house than their own.
fn within(office: &Office, whose: &Whose) -> Result<(), Refusal> {
    match office.customer_id.is_none_or(|own| whose.customer_id == Some(own)) {
        true => Ok(()),
        false => Err(Refusal::NotFound { what: "customer" }),
    }
}

/// An account as it begins.
pub(super) fn new(
    draft: &Draft<'_>,
    whose: Whose,
    email: &str,
    name: &str,
    role: Role,
    password: Option<String>,
) -> Account {
    let now = draft.ledger.now;
    Account {
        id: whose.id,
        customer_id: whose.customer_id,
        email: email.trim().to_owned(),
        name: name.trim().to_owned(),
        role,
        password_at: password.is_some().then_some(now),
        password,
        second_factor: None,
        time_zone: None,
        refused: 0,
        disabled_at: None,
        created_at: now,
        revision: 1,
    }
}

/// What is said of somebody; absent fields stay as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountPatch {
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they are shut out.
    pub disabled: Option<bool>,
}

/// Gives somebody another role, shuts them out or lets them in again. Their sign-ins end.
#[derive(Clone, Copy, Debug)]
pub struct UpdateAccount {
    /// Whose.
    pub whose: Whose,
    /// What is said of them.
    pub patch: AccountPatch,
    /// The revision it must have, if the caller says so.
    pub if_match: Option<u64>,
}

impl UpdateAccount {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
        needs.governors.insert(self.whose.customer_id);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?;
        matches(self.if_match, account.revision)?;
        if account.erased() {
            return Err(ERASED);
        }
        let role = self.patch.role.unwrap_or(account.role);
        let disabled = self.patch.disabled.unwrap_or(account.disabled_at.is_some());
        if !fits(self.whose.customer_id, role) {
            return Err(Refusal::field("role", "is none that people here may have"));
        }
        if disabled || role != governing(self.whose.customer_id) {
            not_the_last(draft, account)?;
        }
        let role_changed = role != account.role;
        let shut = disabled && account.disabled_at.is_none();
        let opened = !disabled && account.disabled_at.is_some();
        if !role_changed && !shut && !opened {
            return Ok(Done::Account(self.whose.id));
        }
        let why = if shut { SignInEnd::Disabled } else { SignInEnd::Changed };
        self.whose.end_sign_ins(draft, None, why);
        let disabled_at = disabled.then(|| account.disabled_at.unwrap_or(draft.ledger.now));
        changed(draft, Account { role, disabled_at, ..account.clone() });
        let kind = match (shut, opened) {
            (true, _) => "account.disabled",
            (_, true) => "account.enabled",
            _ => "account.role_changed",
        };
        self.whose.event(draft, office, kind, json!({ "role": role }));
        Ok(Done::Account(self.whose.id))
    }
}

const ERASED: Refusal = Refusal::Conflict("The name and address of this account were erased. Invite somebody anew.");

/// Erases the name and mail address of an account that is shut, and all that it signed in with. What it did stays on the record,
/// which names it by its id alone; its sign-ins, with the addresses they came from, go when they are old.
#[derive(Clone, Copy, Debug)]
pub struct EraseAccount {
    /// Whose.
    pub whose: Whose,
}

impl EraseAccount {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?;
        if account.disabled_at.is_none() {
            return Err(Refusal::Conflict("Disable the account first: what is erased cannot be brought back."));
        }
        if !account.erased() {
            changed(draft, account.nameless());
            self.whose.event(draft, office, "account.erased", json!({}));
        }
        Ok(Done::Account(self.whose.id))
    }
}
