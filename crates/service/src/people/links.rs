//! Links that are good once. Their secret is a MAC of their id: nothing that opens anything is stored, and a mail is worded
//! when it is sent.

use seatkeeper_domain::account::{Account, Link, LinkKind};
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{
    AskReset, Command, MakeLink, Newcomer, Office, OfficeCommand, Redeem, SendLink, Whose,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{AccountId, LinkId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::{Page, Scope};

use super::limits::{Caller, not_held};
use super::passwords::strong;
use super::{NewSignIn, Secret, whose};
use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::seal::same;
use crate::service::{Service, unexpected};

/// A link that is good.
#[derive(Debug)]
pub struct OpenLink {
    /// What it is for.
    pub kind: LinkKind,
    /// Whose it is; nobody's yet where it makes an account.
    pub account: Option<Account>,
    id: LinkId,
}

/// What somebody fills in who uses a link.
#[derive(Clone, Debug)]
pub struct Taking {
    /// Their mail address, where the link makes an account.
    pub email: String,
    /// Their name, except where the link is for a new password.
    pub name: String,
    /// The password.
    pub password: String,
}

impl Service {
    /// What a link lets its bearer do.
    ///
    /// # Errors
    /// [`Refusal::LinkOver`] for one that was used, replaced, too old, or never one.
    pub async fn open_link(&self, text: &str) -> Result<OpenLink, Failure> {
        let over = || Failure::from(Refusal::LinkOver);
        let given = Secret::parse(text).ok_or_else(over)?;
        let id = LinkId(given.id);
        if !same(&given.secret, &self.secrets.link_secret(id)) {
            return Err(over());
        }
        let link = self.read(move |reader| reader.link(id)).await?;
        let link = link.filter(|link| link.good(self.now())).ok_or_else(over)?;
        let account = match link.account_id {
            None => None,
            Some(id) => self.read(move |reader| reader.account(Scope::Vendor, id)).await?,
        };
        if account.as_ref().is_some_and(|account| replaced(&link, account)) {
            return Err(over());
        }
        if link.kind == LinkKind::First && self.has_administrator().await? {
            return Err(over());
        }
        Ok(OpenLink { kind: link.kind, account, id })
    }

    /// Uses a link: sets the password, makes the account where it is for that, and signs in.
    pub async fn take_link(&self, text: &str, taking: Taking, caller: &Caller) -> Result<NewSignIn, Failure> {
        let link = self.open_link(text).await?;
        let (email, name) = match &link.account {
            Some(account) if link.kind == LinkKind::Reset => (account.email.as_str(), account.name.as_str()),
            Some(account) => (account.email.as_str(), taking.name.as_str()),
            None => (taking.email.as_str(), taking.name.as_str()),
        };
        strong(&taking.password, email, name)?;
        let password = self.passwords.hash(&taking.password).await?;
        let new = Whose { id: self.draw(), customer_id: None };
        let redeem = Redeem {
            link_id: link.id,
            whose: link.account.as_ref().map_or(new, whose),
            newcomer: link.account.is_none().then(|| Newcomer { email: taking.email, name: taking.name.clone() }),
            name: (link.kind == LinkKind::Invitation).then_some(taking.name),
            password: password.clone(),
        };
        let house = redeem.whose.customer_id;
        let by = Office { actor: Actor::Account(redeem.whose.id), customer_id: house, idempotency: None };
        let taken = Command::Office(Box::new(OfficeCommand { by, what: redeem.into() }));
        let id = match self.run(taken).await? {
            Answer::Done(Done::Account(id)) => id,
            _ => return Err(unexpected()),
        };
        let account = self.read(move |reader| reader.account(Scope::Vendor, id)).await?.ok_or_else(unexpected)?;
        self.begin(&account, password, caller, Vec::new()).await
    }

    /// Has a link for a new password sent, if there is such an account. The answer does not tell.
    pub async fn ask_reset(&self, email: &str, caller: &Caller) -> Result<(), Failure> {
        let folded = fold(email);
        let account = self.read(move |reader| reader.account_by_email(&folded)).await?;
        let whose = account.as_ref().map(whose);
        let under = self.reset_limits(email, caller);
        not_held(self.job(AskReset { under, whose, letter: self.letter() }.into()).await?)
    }

    /// The text of a link that makes the first administrator; none where there is one. The same for as long as it is good,
    /// so that starts leave no trace but the first.
    pub async fn first_link(&self) -> Result<Option<String>, Failure> {
        if self.has_administrator().await? {
            return Ok(None);
        }
        let before = self.read(|reader| reader.first_link()).await?;
        if let Some(link) = before.filter(|link| link.good(self.now())) {
            return Ok(Some(self.link_text(link.id)));
        }
        let id = self.draw();
        self.job(MakeLink { id, first: true }.into()).await?;
        Ok(Some(self.link_text(id)))
    }

    /// The text of a link that makes one more administrator: for the owner of the server's machine, who lost the last.
    pub async fn administrator_link(&self, admin: &Admin) -> Result<String, Failure> {
        admin.may(Permission::Govern)?;
        let id = self.draw();
        self.office(admin, None, MakeLink { id, first: false }).await?;
        Ok(self.link_text(id))
    }

    /// The text of a link for a new password, or to take up an invitation: for the owner of the server's machine, who hands
    /// it on. The same link goes by mail.
    pub async fn link_for(&self, admin: &Admin, id: AccountId) -> Result<String, Failure> {
        admin.may(Permission::Govern)?;
        let whose = whose(&self.person(admin, id).await?);
        let letter = self.letter();
        self.office(admin, None, SendLink { whose, letter }).await?;
        Ok(self.link_text(letter.link_id))
    }

    /// Whether any of the vendor's people can manage the others.
    async fn has_administrator(&self) -> Result<bool, Failure> {
        let mut page = Page { after: None, limit: 200 };
        loop {
            let listed = self.read(move |reader| reader.accounts(Scope::Vendor, Scope::Vendor, page)).await?;
            if listed.items.iter().any(Account::governs) {
                return Ok(true);
            }
            match listed.next {
                None => return Ok(false),
                after => page.after = after,
            }
        }
    }

    /// A link's text, as it stands in an address.
    pub(crate) fn link_text(&self, id: LinkId) -> String {
        Secret { id: id.0, secret: self.secrets.link_secret(id) }.to_string()
    }
}

/// Whether the account has gone on since: its password was set, or it was shut.
pub(crate) fn replaced(link: &Link, account: &Account) -> bool {
    account.disabled_at.is_some() || account.password_at.is_some_and(|at| link.created_at < at)
}
