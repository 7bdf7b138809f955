//! Customers: companies that bought licences.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::patch;

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// The customer.
    pub id: Uuid,
    /// The company's name.
    pub name: String,
    /// Its id in the vendor's CRM; unique.
    pub external_id: Option<String>,
    /// Whatever the vendor's CRM wants to find again.
    pub metadata: BTreeMap<String, Value>,
    /// People at the customer's.
    pub contacts: Vec<Contact>,
    /// Language and country for texts, as BCP 47: `de-AT`.
    pub locale: Option<String>,
    /// For dates in texts, as in the IANA database: `Europe/Vienna`.
    pub time_zone: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A person at a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Where mail reaches them.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub email: String,
    /// Their name; the address by default.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
}

/// Enters a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerNew {
    /// The company's name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: String,
    /// Its id in the vendor's CRM; unique.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub external_id: Option<String>,
    /// Whatever the vendor's CRM wants to find again.
    #[serde(default)]
    pub metadata: BTreeMap<String, Value>,
    /// People at the customer's.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub contacts: Vec<Contact>,
    /// Language and country for texts, as BCP 47: `de-AT`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 35))]
    pub locale: Option<String>,
    /// For dates in texts, as in the IANA database: `Europe/Vienna`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub time_zone: Option<String>,
}

/// Changes a customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerPatch {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Another id in the vendor's CRM; `null` for none.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub external_id: Option<Option<String>>,
    /// All the metadata, in place of what was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, Value>>,
    /// All the contacts, in place of those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub contacts: Option<Vec<Contact>>,
    /// Another locale; `null` for none.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 35))]
    pub locale: Option<Option<String>>,
    /// Another time zone; `null` for none.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 64))]
    pub time_zone: Option<Option<String>>,
}
