//! Managing people: a house's own, by its owners or administrators; customers', by the vendor's administrators too.

use seatkeeper_domain::account::{Account, SignIn};
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::{
    AccountPatch, EndSignIns, EraseAccount, Invite, Letter, MakeAccount, RemoveFactor, SendLink, UpdateAccount, Which,
    Whose,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{AccountId, CustomerId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::token::Role;
use seatkeeper_store::read::{Listed, Page, Scope};

use super::whose;
use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::service::{Service, unexpected};

/// Somebody to be let in.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The customer whose person it is; the vendor's where absent.
    pub customer_id: Option<CustomerId>,
    /// The mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Service {
    /// The people of a house: the vendor's own, or a customer's.
    pub async fn people(&self, admin: &Admin, of: Scope, page: Page) -> Result<Listed<Account>, Failure> {
        admin.may(Permission::People)?;
        let scope = admin.scope();
        self.read(move |reader| reader.accounts(scope, of, page)).await
    }

    /// One of them.
    pub async fn person(&self, admin: &Admin, id: AccountId) -> Result<Account, Failure> {
        admin.may(Permission::People)?;
        let scope = admin.scope();
        let found = self.read(move |reader| reader.account(scope, id)).await?;
        Ok(found.ok_or(Refusal::NotFound { what: "account" })?)
    }

    /// One of them, by mail address.
    pub async fn person_by_email(&self, admin: &Admin, email: &str) -> Result<Account, Failure> {
        admin.may(Permission::People)?;
        let (scope, folded) = (admin.scope(), fold(email));
        let found = self.read(move |reader| reader.account_by_email(&folded)).await?;
        let own = found.filter(|account| scope.customer().is_none_or(|id| account.customer_id == Some(id)));
        Ok(own.ok_or(Refusal::NotFound { what: "account" })?)
    }

    /// Where and when one of them signed in, newest first.
    pub async fn sign_ins(&self, admin: &Admin, id: AccountId, limit: u32) -> Result<Vec<SignIn>, Failure> {
        self.person(admin, id).await?;
        let scope = admin.scope();
        self.read(move |reader| reader.sign_ins(scope, id, limit)).await
    }

    /// Makes an account, and has its owner invited by mail.
    pub async fn invite(&self, admin: &Admin, person: NewPerson) -> Result<AccountId, Failure> {
        let NewPerson { customer_id, email, name, role } = person;
        let (whose, letter) = (Whose { id: self.draw(), customer_id }, self.letter());
        account(self.office(admin, None, Invite { whose, email, name, role, letter }).await?.done)
    }

    /// Makes an account with a password: for the owner of the server's machine alone.
    pub async fn make_account(&self, admin: &Admin, person: NewPerson, password: &str) -> Result<AccountId, Failure> {
        if admin.actor != Actor::Local {
            return Err(Failure::Forbidden);
        }
        let NewPerson { customer_id, email, name, role } = person;
        super::passwords::strong(password, &email, &name)?;
        let (whose, password) = (Whose { id: self.draw(), customer_id }, self.passwords.hash(password).await?);
        account(self.office(admin, None, MakeAccount { whose, email, name, role, password }).await?.done)
    }

    /// Sends the invitation again, or a link for a new password.
    pub async fn send_link(&self, admin: &Admin, id: AccountId) -> Result<(), Failure> {
        let whose = whose(&self.person(admin, id).await?);
        self.office(admin, None, SendLink { whose, letter: self.letter() }).await.map(drop)
    }

    /// Gives somebody another role, shuts them out or lets them in again.
    pub async fn update_person(
        &self,
        admin: &Admin,
        id: AccountId,
        patch: AccountPatch,
        if_match: Option<u64>,
    ) -> Result<(), Failure> {
        let whose = whose(&self.person(admin, id).await?);
        self.office(admin, None, UpdateAccount { whose, patch, if_match }).await.map(drop)
    }

    /// Erases the name and mail address of somebody whose account is shut.
    pub async fn erase_person(&self, admin: &Admin, id: AccountId) -> Result<(), Failure> {
        let whose = whose(&self.person(admin, id).await?);
        self.office(admin, None, EraseAccount { whose }).await.map(drop)
    }

    /// Ends somebody's sign-ins.
    pub async fn end_sign_ins(&self, admin: &Admin, id: AccountId, which: Which) -> Result<(), Failure> {
        let whose = whose(&self.person(admin, id).await?);
        self.office(admin, None, EndSignIns { whose, which, signing_out: false }).await.map(drop)
    }

    /// Switches somebody's two-factor sign-in off, for one who lost both telephone and recovery codes.
    pub async fn remove_factor(&self, admin: &Admin, id: AccountId) -> Result<(), Failure> {
        let whose = whose(&self.person(admin, id).await?);
        let remove = RemoveFactor { whose, sign_in_id: None, mail_id: self.draw() };
        self.office(admin, None, remove).await.map(drop)
    }

    /// A mail with a link in it, to be written.
    pub(super) fn letter(&self) -> Letter {
        Letter { link_id: self.draw(), mail_id: self.draw() }
    }
}

fn account(done: Done) -> Result<AccountId, Failure> {
    if let Done::Account(id) = done { Ok(id) } else { Err(unexpected()) }
}
