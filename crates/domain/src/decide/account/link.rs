//! Links that are good once: to take up an invitation, to set a new password, to make the first administrator.

use serde_json::json;

use super::sign_in::count;
use super::{Whose, can_be, changed, people};
use crate::account::{Account, Link, LinkKind, SignInEnd};
use crate::answer::Done;
use crate::attempts::Limit;
use crate::decide::check::text;
use crate::decide::draft::Draft;
use crate::decide::office::Office;
use crate::event::Stream;
use crate::holder::fold;
use crate::id::{LinkId, MailId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::token::Role;

/// A mail with a link in it, their ids drawn outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The link.
    pub link_id: LinkId,
    /// The mail.
    pub mail_id: MailId,
}

/// Has a link sent by whoever manages people: the invitation again, or a new password.
#[derive(Clone, Copy, Debug)]
pub struct SendLink {
    /// To whom.
    pub whose: Whose,
    /// The mail, and the link in it.
    pub letter: Letter,
}

impl SendLink {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs(needs);
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let account = self.whose.account(draft, office)?;
        if account.disabled_at.is_some() {
            return Err(Refusal::Conflict("This account is disabled. Enable it first."));
        }
        self.whose.send_link(draft, account, self.letter);
        self.whose.event(draft, office, "account.link_sent", json!({}));
        Ok(Done::Account(self.whose.id))
    }
}

/// Somebody forgot their password. The answer is the same whether they have an account.
#[derive(Clone, Debug)]
pub struct AskReset {
    /// Under which keys it is counted, and how many may be of each.
    pub under: Vec<(String, Limit)>,
    /// Whose, if they have an account.
    pub whose: Option<Whose>,
    /// The mail, and the link in it.
    pub letter: Letter,
}

impl AskReset {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        needs.attempts.extend(self.under.iter().map(|(key, _)| key.clone()));
        self.whose.iter().for_each(|whose| whose.needs(needs));
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let held_until = count(draft, &self.under);
        if held_until.is_none()
            && let Some(whose) = self.whose
            && let Ok(account) = whose.open(draft, office)
        {
            whose.send_link(draft, account, self.letter);
            whose.event(draft, office, "account.reset_asked", json!({}));
        }
        Ok(Done::Counted { held_until })
    }
}

/// Makes a link that makes an administrator: at the first start, or on the server's own machine.
#[derive(Clone, Copy, Debug)]
pub struct MakeLink {
    /// Its id.
    pub id: LinkId,
    /// Only as long as there is no administrator.
    pub first: bool,
}

impl MakeLink {
    pub(in crate::decide) fn needs(&self, _: &mut Needs) {}

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("link")?;
        let kind = if self.first { LinkKind::First } else { LinkKind::Administrator };
        let link = Link { id: self.id, kind, account_id: None, created_at: draft.ledger.now, used_at: None };
        draft.push(Change::Link(link));
        draft.event(Stream::Server, "link.made", office.actor, json!({ "link": self.id, "first": self.first }));
        Ok(Done::Recorded)
    }
}

/// Somebody who has no account yet, and makes one with a link.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// Uses a link: sets the password, and makes the account where the link is for that.
#[derive(Clone, Debug)]
pub struct Redeem {
    /// The link. Its secret was verified before.
    pub link_id: LinkId,
    /// The account, drawn outside for a newcomer.
    pub whose: Whose,
    /// Who it is, where the link makes an account.
    pub newcomer: Option<Newcomer>,
    /// The name that somebody invited gives themselves.
    pub name: Option<String>,
    /// Hash of the password.
    pub password: String,
}

impl Redeem {
    pub(in crate::decide) fn needs(&self, needs: &mut Needs) {
        self.whose.needs_sign_ins(needs);
        needs.links.insert(self.link_id);
        needs.emails.extend(self.newcomer.iter().map(|newcomer| fold(&newcomer.email)));
        if self.newcomer.is_some() {
            needs.governors.insert(None);
        }
    }

    pub(in crate::decide) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let link = draft.ledger.links.get(&self.link_id).filter(|link| link.good(now)).ok_or(Refusal::LinkOver)?;
        match (link.kind, &self.newcomer) {
            (LinkKind::First | LinkKind::Administrator, Some(newcomer)) => {
                if link.kind == LinkKind::First && draft.ledger.accounts.values().any(vendors_administrator) {
                    return Err(Refusal::LinkOver);
                }
                office.vendor("link")?;
                can_be(draft, None, &newcomer.email, &newcomer.name, Role::Admin)?;
                let whose = Whose { customer_id: None, ..self.whose };
                let password = Some(self.password.clone());
                let account = people::new(draft, whose, &newcomer.email, &newcomer.name, Role::Admin, password);
                draft.push(Change::Account(account));
                whose.event(draft, office, "account.made", json!({ "role": Role::Admin, "link": self.link_id }));
            }
            (LinkKind::Invitation | LinkKind::Reset, None) => self.set_password(draft, office, link)?,
            _ => return Err(Refusal::LinkOver),
        }
        draft.push(Change::Link(Link { used_at: Some(now), ..link.clone() }));
        Ok(Done::Account(self.whose.id))
    }

    /// Links made before the last password are over, the other invitations too.
    fn set_password(&self, draft: &mut Draft<'_>, office: &Office, link: &Link) -> Result<(), Refusal> {
        let account = self.whose.open(draft, office).map_err(|_| Refusal::LinkOver)?.clone();
        let replaced = account.password_at.is_some_and(|at| link.created_at < at);
        if link.account_id != Some(account.id) || replaced {
            return Err(Refusal::LinkOver);
        }
        let name = self.name.clone().unwrap_or_else(|| account.name.clone());
        let mut wrong = Vec::new();
        text(&mut wrong, "name", &name, 200);
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        self.whose.end_sign_ins(draft, None, SignInEnd::Changed);
        let (password, password_at) = (Some(self.password.clone()), Some(draft.ledger.now));
        changed(draft, Account { name: name.trim().to_owned(), password, password_at, refused: 0, ..account });
        let kind = if link.kind == LinkKind::Reset { "account.password_reset" } else { "account.invitation_taken_up" };
        self.whose.event(draft, office, kind, json!({ "link": self.link_id }));
        Ok(())
    }
}

fn vendors_administrator(account: &Account) -> bool {
    account.customer_id.is_none() && account.governs()
}
