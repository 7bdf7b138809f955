//! Products: what is sold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::patch;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    /// The product.
    pub id: Uuid,
    /// The code programs and licences name it by. Never changes.
    pub code: String,
    /// The name people know it by.
    pub name: String,
    /// The oldest version of the program that may use it, compared by numbers.
    pub minimum_version: Option<String>,
    /// The features a licence may switch on.
    pub features: Vec<ProductFeature>,
    /// What visitors may ask for themselves.
    pub offer: ProductOffer,
    /// Since when it is in the catalogue.
    pub created_at: Timestamp,
}

/// What visitors may ask for themselves on the pages: nothing, unless the vendor says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductOffer {
    /// Days of a trial that anybody may begin who confirms a mail address, once for an address and once for a device; no
    /// trial where it is `null`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub trial_days: Option<u32>,
    /// Whether education licences may be asked for, which you grant or decline.
    #[serde(default)]
    pub education: bool,
}

/// A feature in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductFeature {
    /// Its code.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9._-]{1,64}$"))]
    pub code: String,
    /// The name people know it by; the code by default.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
}

/// Puts a product into the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductNew {
    /// The code programs and licences name it by. Never changes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9._-]{1,64}$"))]
    pub code: String,
    /// The name people know it by.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: String,
    /// The oldest version of the program that may use it; any by default.
    #[serde(default)]
    pub minimum_version: Option<String>,
    /// The features a licence may switch on.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub features: Vec<ProductFeature>,
    /// What visitors may ask for themselves; nothing by default.
    #[serde(default)]
    pub offer: ProductOffer,
}

/// Changes a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductPatch {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Another oldest version; `null` for any.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub minimum_version: Option<Option<String>>,
    /// All the features, in place of those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub features: Option<Vec<ProductFeature>>,
    /// What visitors may ask for themselves, in place of what they might before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<ProductOffer>,
}
