//! Signing keys: how they follow one another.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Secret;

/// A signing key of the server, without its private half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningKey {
    /// The key.
    pub id: Uuid,
    /// Its name in documents.
    pub kid: String,
    /// Where it stands.
    pub stage: SigningStage,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

/// Where a signing key stands in the rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SigningStage {
    /// Published so that programs know it; signs nothing yet.
    Next,
    /// Signs.
    Current,
    /// Signs nothing; verifies until what it signed has ended.
    Retired,
}

/// Adds a signing key: drawn by the server where it has the root key, or made beside the root key and given here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningKeyNew {
    /// The key as it was made where the root key is; drawn by the server by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenSigningKey>,
}

/// A signing key made beside the root key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenSigningKey {
    /// The private key: 32 bytes in base64url without padding. Secret.
    pub private_key: Secret,
    /// The root's `seatkeeper-key+jwt` for it.
    pub certificate: String,
}
