//! A type for each kind of id, so that one cannot stand where another is meant.
//!
//! Ids are drawn outside (UUID v7); nothing here makes one up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A company that bought licences.
    CustomerId,
    /// What is sold.
    ProductId,
    /// What was sold.
    LicenseId,
    /// One product key of a licence.
    KeyId,
    /// A device admitted to a licence.
    ActivationId,
    /// One OS user's installation of the program on a device; made up by the client.
    InstallationId,
    /// A holder in a seat.
    SessionId,
    /// One running copy's claim on its holder's session; made up by the client.
    CheckoutId,
    /// A user or device shut out of a licence.
    BlockId,
    /// An episode of refusals.
    DenialId,
    /// An administration token.
    TokenId,
    /// A signing key of the server.
    SigningKeyId,
    /// Somebody who signs in to the pages.
    AccountId,
    /// Somebody signed in, in one browser.
    SignInId,
    /// A link that is good once.
    LinkId,
    /// A mail to be sent.
    MailId,
    /// What a visitor asked for.
    AskId,
    /// An import: customers and licences brought in together.
    ImportId,
}
