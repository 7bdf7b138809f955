//! People who sign in: who a cookie stands for, and what they may ask of their own account. Knows no page.

mod door;
mod factor;
mod limits;
mod links;
mod manage;
mod own;
mod passwords;
mod secret;
mod viewing;

use seatkeeper_domain::account::{Account, SignIn};
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{Command, Office, OfficeCommand, Seen, What, Whose};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::{CustomerId, SignInId, TokenId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::after;
use seatkeeper_domain::token::Role;
use seatkeeper_store::read::Scope;

pub use door::NewSignIn;
pub use limits::Caller;
pub(crate) use limits::not_held;
pub(crate) use links::replaced;
pub use links::{OpenLink, Taking};
pub use manage::NewPerson;
pub use own::FactorOffer;
pub(crate) use passwords::Passwords;
pub(crate) use secret::Secret;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::seal::same;
use crate::service::{Service, unexpected};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What they may do, and what exists for them: while they see a customer's pages, what its viewers see.
    pub admin: Admin,
    /// Their account.
    pub account: Account,
    /// Their sign-in.
    pub sign_in: SignIn,
    /// The customer whose pages they see, where they are the vendor's and see another's.
    pub viewing: Option<CustomerId>,
}

impl Service {
    /// Who a cookie stands for.
    ///
    /// # Errors
    /// [`Failure::Unauthorized`] where it is no good, or the second factor was not given yet.
    pub async fn signed_in(&self, cookie: &str) -> Result<SignedIn, Failure> {
        let (mut sign_in, account) = self.presented(cookie).await?;
        if !sign_in.complete {
            return Err(Failure::Unauthorized);
        }
        let now = self.now();
        if now >= after(sign_in.seen_at, SignIn::SEEN_SECONDS) {
            // Whoever reads is not kept from it by books that cannot be written.
            match self.by_account(&account, Seen { id: sign_in.id }).await {
                Ok(_) => sign_in.seen_at = now,
                Err(failure) => tracing::debug!(%failure, "that a sign-in is used could not be noted"),
            }
        }
        let viewing = sign_in.views(now).filter(|_| account.customer_id.is_none());
        let own = account.customer_id.map_or(Scope::Vendor, Scope::Customer);
        let admin = Admin {
            actor: Actor::Account(account.id),
            role: if viewing.is_some() { Role::Viewer } else { account.role },
            scope: viewing.map_or(own, Scope::Customer),
            token_id: TokenId(account.id.0),
        };
        Ok(SignedIn { admin, account, sign_in, viewing })
    }

    /// The sign-in and the account of a cookie, complete or not.
    async fn presented(&self, cookie: &str) -> Result<(SignIn, Account), Failure> {
        let Secret { id, secret } = Secret::parse(cookie).ok_or(Failure::Unauthorized)?;
        let id = SignInId(id);
        let found = self.read(move |reader| reader.signed_in(id)).await?;
        let (sign_in, account) = found.ok_or(Failure::Unauthorized)?;
        let good = same(&self.secrets.sign_in_hash(&secret), &sign_in.hash)
            && sign_in.good(self.now())
            && account.disabled_at.is_none();
        if good { Ok((sign_in, account)) } else { Err(Failure::Unauthorized) }
    }

    /// What somebody asks of their own account, within their own house.
    async fn by_account(&self, account: &Account, what: impl Into<What>) -> Result<Done, Failure> {
        let by = Office { actor: Actor::Account(account.id), customer_id: account.customer_id, idempotency: None };
        match self.run(Command::Office(Box::new(OfficeCommand { by, what: what.into() }))).await {
            Ok(Answer::Done(done)) => Ok(done),
            Ok(_) => Err(unexpected()),
            Err(Failure::Refused { refusal: Refusal::SignInOver, .. }) => Err(Failure::Unauthorized),
            Err(failure) => Err(failure),
        }
    }
}

/// An account, as commands name it.
fn whose(account: &Account) -> Whose {
    Whose { id: account.id, customer_id: account.customer_id }
}
