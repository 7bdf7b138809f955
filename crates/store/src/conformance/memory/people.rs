//! What is read of the people who sign in, said by the model.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, Link, LinkKind, Mail, SignIn};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{AccountId, LinkId, SignInId};

use super::Memory;
use super::read::listed;
use crate::error::StoreError;
use crate::read::people::{PeopleReader, SIGN_INS_MOST};
use crate::read::{Listed, Page, Scope};

type Read<T> = Result<T, StoreError>;

impl PeopleReader for Memory {
    fn signed_in(&self, id: SignInId) -> Read<Option<(SignIn, Account)>> {
        let books = self.books();
        let found = books.sign_ins.get(&id).cloned();
        Ok(found.and_then(|s| books.accounts.get(&s.account_id).map(|account| (s, account.clone()))))
    }

    fn account_by_email(&self, email: &str) -> Read<Option<Account>> {
        Ok(self.books().accounts.values().find(|a| fold(&a.email) == email).cloned())
    }

    fn account(&self, scope: Scope, id: AccountId) -> Read<Option<Account>> {
        let books = self.books();
        Ok(books.accounts.get(&id).filter(|a| exists(scope, a)).cloned())
    }

    fn accounts(&self, scope: Scope, of: Scope, page: Page) -> Read<Listed<Account>> {
        let books = self.books();
        let own = books.accounts.values().filter(|a| a.customer_id == of.customer() && exists(scope, a));
        listed(own.cloned(), page, |a| a.id.0)
    }

    fn sign_ins(&self, scope: Scope, account: AccountId, limit: u32) -> Read<Vec<SignIn>> {
        let books = self.books();
        let own = books.accounts.get(&account).is_some_and(|a| exists(scope, a));
        let newest = books.sign_ins.values().rev().filter(|s| own && s.account_id == account);
        Ok(newest.take(limit.min(SIGN_INS_MOST) as usize).cloned().collect())
    }

    fn link(&self, id: LinkId) -> Read<Option<Link>> {
        Ok(self.books().links.get(&id).cloned())
    }

    fn first_link(&self) -> Read<Option<Link>> {
        let books = self.books();
        let unused = books.links.values().filter(|link| link.kind == LinkKind::First && link.used_at.is_none());
        Ok(unused.max_by_key(|link| link.id).cloned())
    }

    fn mails_due(&self, now: Timestamp, limit: u32) -> Read<Vec<Mail>> {
        let books = self.books();
        let mut due: Vec<Mail> =
            books.mails.values().filter(|m| m.next_at.is_some_and(|at| at <= now)).cloned().collect();
        due.sort_by_key(|mail| (mail.next_at, mail.id));
        due.truncate(limit as usize);
        Ok(due)
    }
}

fn exists(scope: Scope, account: &Account) -> bool {
    scope.customer().is_none_or(|own| account.customer_id == Some(own))
}
