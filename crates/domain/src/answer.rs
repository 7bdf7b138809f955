//! What a command answers when it is not refused.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{
    AccountId, ActivationId, BlockId, CustomerId, InstallationId, KeyId, LicenseId, ProductId, SessionId, SignInId,
    TokenId,
};
use crate::license::{FeatureGrant, License};
use crate::session::{Checkout, Session, Times};

/// Whether a checkout opened a seat or joined one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// The holder had none.
    New,
    /// The holder had it already.
    Shared,
}

/// A seat held: all that the lease and the answer are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// Its session.
    pub session: Session,
    /// The claim on it.
    pub checkout: Checkout,
    /// Opened or joined.
    pub seat: Seat,
    /// Whether the same request had been granted before.
    pub repeated: bool,
    /// Features granted.
    pub features: Vec<FeatureGrant>,
    /// Codes that were asked for; all where absent.
    pub wanted: Option<Vec<String>>,
    /// Seats of the licence.
    pub seats: u32,
    /// Seats held.
    pub in_use: u32,
    /// When to refresh, in seconds from now.
    pub refresh_after_seconds: u32,
    /// The restore epoch of the books.
    pub epoch: u32,
    /// The instant at which it was granted.
    pub now: Timestamp,
}

/// A device admitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted {
    /// The device's activation.
    pub activation_id: ActivationId,
    /// The installation.
    pub installation_id: InstallationId,
    /// Which of its tokens is good from here on.
    pub generation: u32,
    /// Whether this installation was admitted already.
    pub repeated: bool,
    /// The licence as it now is.
    pub license: License,
    /// The product's code.
    pub product: String,
    /// The device's hashes.
    pub fingerprint: Vec<String>,
    /// The instant.
    pub now: Timestamp,
}

/// What was decided for an administrator: ids and facts from which the answer is made, and made again for
/// the same idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A product was added or changed.
    Product(ProductId),
    /// A customer was added or changed.
    Customer(CustomerId),
    /// A licence was issued or changed, with the key made with it.
    License {
        /// Which.
        id: LicenseId,
        /// The key that was made.
        key_id: Option<KeyId>,
    },
    /// Licences were imported.
    Imported {
        /// How many customers were added.
        customers: u32,
        /// The licences, in order.
        licenses: Vec<LicenseId>,
    },
    /// A product key was made or changed.
    Key(KeyId),
    /// A block was put.
    Block {
        /// Which.
        id: BlockId,
        /// Whether sessions it ends are left for the next call.
        more: bool,
    },
    /// A block was lifted.
    Unblocked,
    /// A seat was released.
    Released {
        /// Whose.
        session_id: SessionId,
        /// Until when its holder may go on without knowing.
        overlap_until: Option<Timestamp>,
    },
    /// A device was ended, or a licence revoked.
    Ended {
        /// Whether sessions it ends are left for the next call.
        more: bool,
    },
    /// A token was made or revoked.
    Token(TokenId),
    /// An account was made or changed.
    Account(AccountId),
    /// Somebody signed in.
    SignedIn {
        /// The sign-in.
        id: SignInId,
        /// Whether nothing more is asked for.
        complete: bool,
    },
    /// An attempt was counted before it is looked at.
    Counted {
        /// When another will be looked at, if this one is held back.
        held_until: Option<Timestamp>,
    },
    /// Something was recorded.
    Recorded,
    /// Seats were taken back.
    Reclaimed {
        /// How many.
        seats: u32,
        /// Whether more may be due.
        more: bool,
    },
    /// Names were erased.
    Erased {
        /// In how many rows.
        rows: u32,
    },
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A seat.
    Granted(Box<Granted>),
    /// A device admitted.
    Admitted(Box<Admitted>),
    /// A checkout is over, now or before.
    Returned,
    /// A failed attempt was noted.
    Attempt {
        /// When another will be answered as what it is, if it is held back.
        held_until: Option<Timestamp>,
    },
    /// An administrator's command.
    Done(Done),
    /// An administrator's command that was done before, under the same idempotency key.
    Replayed {
        /// What was done then.
        done: Done,
        /// The secret that was shown then, sealed.
        sealed: Vec<u8>,
    },
}

impl Granted {
    /// What the lease promises.
    pub fn times(&self) -> Times {
        self.checkout.times
    }
}
