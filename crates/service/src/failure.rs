//! Why a use case does not answer with what was asked.

use jiff::Timestamp;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::SessionRow;

/// A failure of a use case.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was decided against.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// Who holds the seats, if the licence's policy shows it.
        holders: Vec<SessionRow>,
    },
    /// Too many wrong pairs from this address.
    #[error(
        "Too many attempts with a wrong serial number or product key came from this address. Try again later; a right pair is never held back."
    )]
    TooManyAttempts {
        /// When a wrong pair is answered as what it is again.
        until: Timestamp,
    },
    /// Too many attempts to sign in, or to have mails sent.
    #[error("There were too many attempts. Try again {}.", until.strftime("at %H:%M UTC"))]
    SignInHeld {
        /// When another is looked at again.
        until: Timestamp,
    },
    /// This is asked of a fresh sign-in only.
    #[error("Give your password again first.")]
    NotFresh,
    /// The caller did not say who it is, or its token is not good.
    #[error("This needs a token, and the one sent is missing, unknown, expired or revoked.")]
    Unauthorized,
    /// The caller's role does not allow it.
    #[error("This token's role does not allow that.")]
    Forbidden,
    /// Something is missing before anything can be asked.
    #[error("the server is not ready: {0}")]
    NotReady(&'static str),
    /// The books cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed secret could not be opened, or something as unlikely.
    #[error("internal fault: {0}")]
    Fault(String),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused { refusal, holders: Vec::new() }
    }
}
