//! What is read of the people who sign in. Knows no page and no engine.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, Link, Mail, SignIn};
use seatkeeper_domain::id::{AccountId, LinkId, SignInId};

use super::{Listed, Page, Scope};
use crate::error::StoreError;

type Read<T> = Result<T, StoreError>;

/// Sign-ins at most in a history.
pub const SIGN_INS_MOST: u32 = 200;

/// Reading who signs in.
pub trait PeopleReader {
    /// A sign-in and its account, for whoever presents it.
    fn signed_in(&self, id: SignInId) -> Read<Option<(SignIn, Account)>>;
    /// The account with a mail address, folded, for whoever signs in.
    fn account_by_email(&self, email: &str) -> Read<Option<Account>>;
    /// One account. The vendor's own people exist for the vendor alone.
    fn account(&self, scope: Scope, id: AccountId) -> Read<Option<Account>>;
    /// The people of one house, as far as they exist in `scope`: the vendor's own, or one customer's.
    fn accounts(&self, scope: Scope, of: Scope, page: Page) -> Read<Listed<Account>>;
    /// Sign-ins of an account, newest first: at most `limit`, and never more than [`SIGN_INS_MOST`].
    fn sign_ins(&self, scope: Scope, account: AccountId, limit: u32) -> Read<Vec<SignIn>>;
    /// A link, for whoever presents it.
    fn link(&self, id: LinkId) -> Read<Option<Link>>;
    /// The newest link for the first administrator that was not used.
    fn first_link(&self) -> Read<Option<Link>>;
    /// Mails to be tried at `now`, those that have waited longest first.
    fn mails_due(&self, now: Timestamp, limit: u32) -> Read<Vec<Mail>>;
}
