//! People who sign in, their sign-ins, and what is sent to them.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, Link, LinkKind, Mail, SignIn};
use seatkeeper_domain::id::{AccountId, LinkId, SignInId};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, stored};
use seatkeeper_store::read::people::{PeopleReader, SIGN_INS_MOST};
use seatkeeper_store::read::{Listed, Page, Scope};

use super::PostgresReader;
use super::scoped::Table;
use crate::link::params;
use crate::pool::Transaction;
use crate::rows::account::{self, accounts, links, mails, sign_ins};

/// The vendor's own people are no customer's, and exist for none.
const ACCOUNTS: Table = Table { select: accounts!(""), customer: "a.customer_id", id: "a.id" };

type Read<T> = Result<T, StoreError>;

impl PeopleReader for PostgresReader {
    fn signed_in(&self, id: SignInId) -> Read<Option<(SignIn, Account)>> {
        self.pool.read(|at| at.one(account::WITH_ACCOUNT, params![id.0], account::with_account))
    }

    fn account_by_email(&self, email: &str) -> Read<Option<Account>> {
        let email = email.to_owned();
        self.pool.read(|at| at.one(accounts!("WHERE a.email_folded = $1"), params![email], account::account))
    }

    fn account(&self, scope: Scope, id: AccountId) -> Read<Option<Account>> {
        self.pool.read(|at| ACCOUNTS.within(scope).one(at, id.0, account::account))
    }

    fn accounts(&self, scope: Scope, of: Scope, page: Page) -> Read<Listed<Account>> {
        let own = match of {
            Scope::Vendor => ACCOUNTS.within(scope).and("a.customer_id IS NULL"),
            Scope::Customer(id) => ACCOUNTS.within(scope).with("a.customer_id = ?", id.0),
        };
        self.pool.read(|at| own.page(at, page, account::account, |row| row.id.0))
    }

    fn sign_ins(&self, scope: Scope, account: AccountId, limit: u32) -> Read<Vec<SignIn>> {
        self.pool.read(|at| sign_ins_of(at, scope, account, limit.min(SIGN_INS_MOST)))
    }

    fn link(&self, id: LinkId) -> Read<Option<Link>> {
        self.pool.read(|at| at.one(links!("WHERE l.id = $1"), params![id.0], account::link))
    }

    fn first_link(&self) -> Read<Option<Link>> {
        let sql = links!("WHERE l.kind = $1 AND l.used_at IS NULL ORDER BY l.id DESC LIMIT 1");
        self.pool.read(|at| at.one(sql, params![LinkKind::First.code()], account::link))
    }

    fn mails_due(&self, now: Timestamp, limit: u32) -> Read<Vec<Mail>> {
        let sql = mails!("WHERE m.next_at <= $1 ORDER BY m.next_at, m.id LIMIT $2");
        self.pool.read(|at| at.all(sql, params![stored(now), i64::from(limit)], account::mail))
    }
}

fn sign_ins_of(at: &Transaction, scope: Scope, id: AccountId, limit: u32) -> Read<Vec<SignIn>> {
    match ACCOUNTS.within(scope).one(at, id.0, account::account)? {
        None => Ok(Vec::new()),
        Some(_) => {
            let sql = sign_ins!("WHERE s.account = $1 ORDER BY s.id DESC LIMIT $2");
            at.all(sql, params![id.0, i64::from(limit)], account::sign_in)
        }
    }
}
