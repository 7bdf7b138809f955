//! People's accounts: who asks about which, what is told to whom, and what ends when something changes. Each kind of
//! command has its own file.

mod factor;
mod link;
mod mail;
mod own;
mod people;
mod sign_in;
mod viewing;

pub use factor::{ConfirmFactor, DrawFactor, RemoveFactor, RenewRecovery};
pub use link::{AskReset, Letter, MakeLink, Newcomer, Redeem, SendLink};
pub use mail::MailTried;
pub use own::{ChangePassword, Confirm, EndSignIns, UpdateProfile, Which};
pub use people::{AccountPatch, EraseAccount, Invite, MakeAccount, UpdateAccount};
pub use sign_in::{CompleteSignIn, CountAttempt, Seen, StartSignIn};
pub use viewing::{StopViewing, View};

pub(super) use sign_in::count;

use serde_json::{Value, json};

use super::draft::Draft;
use super::office::Office;
use crate::account::{Account, Link, LinkKind, Mail, MailKind, SignIn, SignInEnd, fits};
use crate::event::Stream;
use crate::holder::fold;
use crate::id::{AccountId, CustomerId, MailId, SignInId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::token::Role;

/// Which account, and in whose house: never another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The account.
    pub id: AccountId,
    /// Its customer; the vendor where absent.
    pub customer_id: Option<CustomerId>,
}

impl Whose {
    /// The account itself, and its house, whose chain tells what happens to it.
    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.id);
        needs.customers.extend(self.customer_id);
    }

    /// Likewise, with its sign-ins, which end.
    fn needs_sign_ins(&self, needs: &mut Needs) {
        self.needs(needs);
        needs.sign_ins_of.insert(self.id);
    }

    /// The account, if it is of this house and exists for whoever asks.
    fn account<'a>(&self, draft: &Draft<'a>, office: &Office) -> Result<&'a Account, Refusal> {
        let own = office.customer_id.is_none_or(|own| self.customer_id == Some(own));
        let account = draft.ledger.accounts.get(&self.id);
        account.filter(|a| own && a.customer_id == self.customer_id).ok_or(Refusal::NotFound { what: "account" })
    }

    /// The account, if it is of this house and open: for who is signing in.
    fn open<'a>(&self, draft: &Draft<'a>, office: &Office) -> Result<&'a Account, Refusal> {
        let account = self.account(draft, office).map_err(|_| Refusal::SignInRefused)?;
        if account.disabled_at.is_some() { Err(Refusal::SignInRefused) } else { Ok(account) }
    }

    /// A sign-in of this account that is good and complete.
    fn sign_in<'a>(&self, draft: &Draft<'a>, id: SignInId) -> Result<&'a SignIn, Refusal> {
        let found = draft.ledger.sign_ins.get(&id);
        let good = found.filter(|s| s.account_id == self.id && s.complete && s.good(draft.ledger.now));
        good.ok_or(Refusal::SignInOver)
    }

    /// Writes down what happened to it, naming nobody.
    fn event(&self, draft: &mut Draft<'_>, office: &Office, kind: &'static str, mut body: Value) {
        body["account"] = json!(self.id);
        let stream = self.customer_id.map_or(Stream::Server, Stream::Customer);
        draft.event(stream, kind, office.actor, body);
    }

    /// Marks those of its sign-ins that ended by themselves.
    fn expire_sign_ins(&self, draft: &mut Draft<'_>) {
        let now = draft.ledger.now;
        let own = draft.ledger.sign_ins.values().filter(|s| s.account_id == self.id && s.ended.is_none());
        let mut over: Vec<SignIn> = own.filter(|s| !s.good(now)).cloned().collect();
        over.sort_by_key(|s| s.id);
        for sign_in in over {
            let ended = Some((sign_in.ends_at(), SignInEnd::Expired));
            draft.push(Change::SignIn(SignIn { ended, ..sign_in }));
        }
    }

    /// Ends its sign-ins but one.
    fn end_sign_ins(&self, draft: &mut Draft<'_>, keep: Option<SignInId>, why: SignInEnd) {
        let now = draft.ledger.now;
        let own = draft.ledger.sign_ins.values().filter(|s| s.account_id == self.id && Some(s.id) != keep);
        let mut ending: Vec<SignIn> = own.filter(|s| s.good(now)).cloned().collect();
        ending.sort_by_key(|s| s.id);
        for sign_in in ending {
            draft.push(Change::SignIn(SignIn { ended: Some((now, why)), ..sign_in }));
        }
    }

    /// Has its owner told.
    fn tell(&self, draft: &mut Draft<'_>, mail: MailId, kind: MailKind, link: Option<&Link>) {
        let now = draft.ledger.now;
        draft.push(Change::Mail(Mail {
            id: mail,
            kind,
            account_id: self.id,
            link_id: link.map(|link| link.id),
            created_at: now,
            tries: 0,
            next_at: Some(now),
            sent_at: None,
        }));
    }

    /// Makes a link for it, and has it sent: an invitation until it has a password, a reset from then on.
    fn send_link(&self, draft: &mut Draft<'_>, account: &Account, letter: Letter) {
        let kind = if account.password.is_some() { LinkKind::Reset } else { LinkKind::Invitation };
        let link =
            Link { id: letter.link_id, kind, account_id: Some(self.id), created_at: draft.ledger.now, used_at: None };
        let mail = if kind == LinkKind::Reset { MailKind::Reset } else { MailKind::Invitation };
        self.tell(draft, letter.mail_id, mail, Some(&link));
        draft.push(Change::Link(link));
    }
}

/// Writes an account that people changed.
fn changed(draft: &mut Draft<'_>, account: Account) {
    draft.push(Change::Account(Account { revision: account.revision + 1, ..account }));
}

/// Refuses what would leave nobody to manage the people of a house: `without` this account nobody else does.
fn not_the_last(draft: &Draft<'_>, without: &Account) -> Result<(), Refusal> {
    let others = |a: &&Account| a.id != without.id && a.customer_id == without.customer_id && a.governs();
    match !without.governs() || draft.ledger.accounts.values().any(|a| others(&a)) {
        true => Ok(()),
        false => Err(Refusal::LastOwner { customer: without.customer_id.is_some() }),
    }
}

/// Refuses an account that cannot be: a house or an address that is not one, a role that its house does not have.
fn can_be(draft: &Draft<'_>, customer: Option<CustomerId>, email: &str, name: &str, role: Role) -> Result<(), Refusal> {
    if customer.is_some_and(|id| draft.ledger.customers.get(&id).is_none()) {
        return Err(Refusal::NotFound { what: "customer" });
    }
    let mut wrong = Vec::new();
    super::check::text(&mut wrong, "name", name, 200);
    if !mail_address(email) {
        wrong.push(("email".to_owned(), "is no mail address".to_owned()));
    }
    if !fits(customer, role) {
        wrong.push(("role".to_owned(), "is none that people here may have".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    let folded = fold(email);
    match draft.ledger.accounts.values().any(|a| fold(&a.email) == folded) {
        true => Err(Refusal::AlreadyExists { what: "account", field: "email" }),
        false => Ok(()),
    }
}

/// Whether a mail can be addressed to it. What ends a header's line, or an address within one, is in none.
pub(super) fn mail_address(text: &str) -> bool {
    let refused = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let parts =
        text.rsplit_once('@').filter(|(local, host)| !local.is_empty() && !local.contains('@') && host.len() > 1);
    parts.is_some() && text.len() <= 254 && !text.contains(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_ends_no_header() {
        for good in ["ada@example.com", "a.b+c@x.example", "o'neill@host.example", "ü@exämple.org", "root@localhost"]
        {
            assert!(mail_address(good), "{good}");
        }
        for bad in
            ["", "ada", "@x.org", "ada@", "a b@x.org", "a@x.org\r\nBcc: b@y.org", "<a@x.org>", "a@b@c", "a@x.org,b@y"]
        {
            assert!(!mail_address(bad), "{bad:?}");
        }
    }
}
