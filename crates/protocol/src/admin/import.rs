//! Customers and licences of the system that this one replaces, brought in whole or not at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{CustomerNew, FeatureGrant, GrantNew, Legacy, PolicyPatch, Term};
use crate::Model;

/// What to import: all of it or, if one row is wrong, nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Customers that are not there yet.
    #[serde(default)]
    pub customers: Vec<CustomerNew>,
    /// Their licences, and those of customers that are there already.
    #[serde(default)]
    pub licenses: Vec<ImportLicense>,
}

/// A licence to import. Its term may be over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportLicense {
    /// Who bought it: the `external_id` of a customer in this import or there already, or the `id` of one that is there.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub customer: String,
    /// The product's code.
    pub product: String,
    /// The serial number under which its users know it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub serial_number: String,
    /// Pool or single user.
    pub model: Model,
    /// Short for one grant from the start; a single-user licence has one seat by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: Option<u32>,
    /// The seats bought, where one grant is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub grants: Option<Vec<GrantNew>>,
    /// The features switched on; by default all of the product's for a trial, and none for another term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<FeatureGrant>>,
    /// How long it runs.
    pub term: Term,
    /// What to set of the policy; the rest is the model's default.
    #[serde(default)]
    pub policy: PolicyPatch,
    /// What it was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy: Option<Legacy>,
    /// Its id in the vendor's CRM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub external_id: Option<String>,
    /// Whatever the vendor's CRM wants to find again.
    #[serde(default)]
    pub metadata: BTreeMap<String, Value>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Imported {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Customers added.
    pub customers: u32,
    /// Licences added, in the order of the request; none in a dry run.
    pub licenses: Vec<ImportedLicense>,
}

/// A licence just imported. Its product key is read with `GET /v1/licenses/{id}/keys/{key_id}/secret`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedLicense {
    /// The licence.
    pub id: Uuid,
    /// Its serial number.
    pub serial_number: String,
}
