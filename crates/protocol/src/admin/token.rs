//! Administration tokens and their roles.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Secret;

/// What a token may do. `viewer` reads. `support` also releases seats, blocks, ends devices, makes, shows and replaces product
/// keys, suspends and resumes. `sales` also keeps products, customers and licences. `admin` also revokes, erases names, and
/// has tokens and signing keys in its hands. One customer's own token reads and helps that customer, and never suspends,
/// resumes, sells, revokes or has tokens in its hands, whatever its role; `owner` is a customer's `admin` who also has its
/// people in hand, and is given to a customer's own tokens alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// One customer's: what its `admin` may, and its people.
    Owner,
    /// Everything.
    Admin,
    /// What support may, and products, customers and licences.
    Sales,
    /// Reads; releases, blocks, ends devices; product keys; suspends and resumes.
    Support,
    /// Reads.
    Viewer,
}

/// An administration token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The token.
    pub id: Uuid,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The only customer it sees; none for all.
    pub customer_id: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Makes an administration token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenNew {
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The only customer it sees; all by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Uuid>,
    /// When it ends; never by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A token just made, with its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenIssued {
    /// The token.
    #[serde(flatten)]
    pub token: Token,
    /// What is sent as bearer: `skt_…`. Secret, and shown only here.
    pub secret: Secret,
}
