//! Product keys: their labels and cut-offs, the secret for those who may see it, and reissue.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::patch;
use crate::Secret;

/// A product key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// The key.
    pub id: Uuid,
    /// Who it is for: a site, a group.
    pub label: String,
    /// Its last group, to recognise it by.
    pub hint: String,
    /// Admits no new device after.
    pub activate_until: Option<Timestamp>,
    /// Opens no program after.
    pub open_until: Option<Timestamp>,
    /// Renews no lease after.
    pub refresh_until: Option<Timestamp>,
    /// How many devices use it.
    pub devices: u32,
    /// When it was issued.
    pub created_at: Timestamp,
}

/// Issues another product key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyNew {
    /// Who it is for: a site, a group.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub label: String,
    /// Admits no new device after; no end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate_until: Option<Timestamp>,
    /// Opens no program after; no end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<Timestamp>,
    /// Renews no lease after; no end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_until: Option<Timestamp>,
}

/// Changes a product key's label or cut-offs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyPatch {
    /// Another label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub label: Option<String>,
    /// Admits no new device after; `null` for no end.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub activate_until: Option<Option<Timestamp>>,
    /// Opens no program after; `null` for no end.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub open_until: Option<Option<Timestamp>>,
    /// Renews no lease after; `null` for no end.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub refresh_until: Option<Option<Timestamp>>,
}

/// A key just issued, with its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyIssued {
    /// The key.
    #[serde(flatten)]
    pub key: Key,
    /// The licence's serial number, which goes with it.
    pub serial_number: String,
    /// The product key. Secret.
    pub product_key: Secret,
}

/// A key's secret again. Reading it is an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeySecret {
    /// The key.
    pub key_id: Uuid,
    /// The licence's serial number, which goes with it.
    pub serial_number: String,
    /// The product key. Secret.
    pub product_key: Secret,
}

/// Issues a new key in place of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reissue {
    /// The key to replace; the only one by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<Uuid>,
    /// Also gives the licence a new serial number.
    #[serde(default)]
    pub new_serial_number: bool,
    /// So long the old key works as before.
    #[serde(default)]
    pub overlap_seconds: u64,
    /// When programs open with the old key end; by default they go on as long as they are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_open_at: Option<Timestamp>,
}
