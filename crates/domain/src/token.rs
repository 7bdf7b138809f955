//! Administration tokens and what was answered under their idempotency keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{CustomerId, TokenId};

/// What an administrator may do. What each role may is decided in the service, at one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What a customer's administrator may, and its people. A customer's only.
    Owner,
    /// Everything; of a customer's, all but its people.
    Admin,
    /// Customers, licences, seats, terms.
    Sales,
    /// Sessions, devices, keys.
    Support,
    /// Reading.
    Viewer,
}

/// An administration token. Its secret is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The one customer it sees; the vendor's own where absent.
    pub customer_id: Option<CustomerId>,
    /// Hash of its secret.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops; never where absent.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What was answered to a request that carried an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Whose request: a token, or the machine's owner (nil).
    pub token_id: TokenId,
    /// Its key.
    pub key: String,
    /// Hash of what was asked: method, path and body.
    pub request: [u8; 32],
    /// What was decided, as JSON: ids and facts, no secret.
    pub answer: String,
    /// The secret that the answer showed, sealed by the service; empty where it showed none.
    pub sealed: Vec<u8>,
    /// When.
    pub at: Timestamp,
}
