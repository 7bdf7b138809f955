//! Licences: what was sold.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Policy, PolicyPatch, Term, patch};
use crate::{LicenseStatus, Model, Secret};

/// A licence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct License {
    /// The licence.
    pub id: Uuid,
    /// Who bought it.
    pub customer_id: Uuid,
    /// Names it to people; not secret.
    pub serial_number: String,
    /// The product's code.
    pub product: String,
    /// Pool or single user.
    pub model: Model,
    /// What it was under the system that this one replaced.
    pub legacy: Option<Legacy>,
    /// Seats now: the sum of the grants that run.
    pub seats: u32,
    /// The seats bought.
    pub grants: Vec<Grant>,
    /// Seats held now.
    pub in_use: u32,
    /// The features switched on.
    pub features: Vec<FeatureGrant>,
    /// How long it runs.
    pub term: Term,
    /// How seats are lent.
    pub policy: Policy,
    /// What it may do now.
    pub status: LicenseStatus,
    /// Why it was suspended or revoked.
    pub status_reason: Option<String>,
    /// Devices activated now.
    pub devices: u32,
    /// Its id in the vendor's CRM; unique.
    pub external_id: Option<String>,
    /// Whatever the vendor's CRM wants to find again.
    pub metadata: BTreeMap<String, Value>,
    /// When it was issued.
    pub created_at: Timestamp,
}

/// What an imported licence was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Legacy {
    /// A lease licence of old: single user, until a day.
    Lease,
}

/// Seats bought together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// How many.
    pub seats: u32,
    /// From when; none for always.
    pub starts_at: Option<Timestamp>,
    /// Until when; none for ever.
    pub ends_at: Option<Timestamp>,
    /// The vendor's order.
    pub order_reference: Option<String>,
}

/// Seats to be bought together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantNew {
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: u32,
    /// From when; from the start by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when; for ever by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The vendor's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub order_reference: Option<String>,
}

/// A feature that a licence switches on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeatureGrant {
    /// Its code in the catalogue.
    pub code: String,
    /// When it ends; with the licence by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
}

/// Issues a licence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseNew {
    /// Who buys it.
    pub customer_id: Uuid,
    /// The product's code.
    pub product: String,
    /// Pool or single user.
    pub model: Model,
    /// Short for one grant that starts now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: Option<u32>,
    /// The seats bought, where one grant is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub grants: Option<Vec<GrantNew>>,
    /// The features to switch on; by default all of the product's for a trial, and none for another term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<FeatureGrant>>,
    /// How long it runs.
    pub term: Term,
    /// What to set of the policy; the rest is the model's default.
    #[serde(default)]
    pub policy: PolicyPatch,
    /// Its id in the vendor's CRM; unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub external_id: Option<String>,
    /// Whatever the vendor's CRM wants to find again.
    #[serde(default)]
    pub metadata: BTreeMap<String, Value>,
}

/// A licence just issued, with the secret that goes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseIssued {
    /// The licence.
    #[serde(flatten)]
    pub license: License,
    /// The product key. Secret.
    pub product_key: Secret,
}

/// Changes a licence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicensePatch {
    /// So many seats from now on, as one grant in place of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: Option<u32>,
    /// All the grants, in place of those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub grants: Option<Vec<GrantNew>>,
    /// All the features, in place of those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<FeatureGrant>>,
    /// Another term: a renewal, a trial that converts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
    /// What to set of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyPatch>,
    /// Another id in the vendor's CRM; `null` for none.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub external_id: Option<Option<String>>,
    /// All the metadata, in place of what was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, Value>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_least_that_issues_a_license() {
        let new: LicenseNew = serde_json::from_value(json!({
            "customer_id": Uuid::nil(), "product": "planner", "model": "concurrent", "seats": 10, "term": { "kind": "perpetual" }
        }))
        .unwrap();
        assert_eq!(new.policy, PolicyPatch::default());
        assert_eq!(new.features, None);
    }

    #[test]
    fn unknown_fields_are_refused_at_every_depth() {
        let good = json!({
            "customer_id": Uuid::nil(), "product": "planner", "model": "concurrent", "term": { "kind": "perpetual" },
            "grants": [{ "seats": 10 }], "features": [{ "code": "bim" }], "policy": { "lease_seconds": 60 }
        });
        assert!(serde_json::from_value::<LicenseNew>(good.clone()).is_ok());
        for path in ["", "/term", "/grants/0", "/features/0", "/policy"] {
            let mut bad = good.clone();
            bad.pointer_mut(path).unwrap()["sests"] = json!(1);
            let error = serde_json::from_value::<LicenseNew>(bad).unwrap_err();
            assert!(error.to_string().contains("sests"), "{path}: {error}");
        }
    }
}
