//! The server's signing keys as they are kept, and how they follow one another.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::SigningKeyId;

/// Where a signing key stands in the rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Published so that programs know it; signs nothing yet.
    Next,
    /// Signs.
    Current,
    /// Signs nothing; still verifies until what it signed has ended.
    Retired,
}

/// A signing key. Its private half is sealed by the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its id.
    pub id: SigningKeyId,
    /// Its name in documents.
    pub kid: String,
    /// Its public half.
    pub public: [u8; 32],
    /// Its private half, sealed.
    pub sealed: Vec<u8>,
    /// What the root signed of it.
    pub certificate: String,
    /// Where it stands.
    pub stage: Stage,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}
