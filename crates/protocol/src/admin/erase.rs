//! Forgetting a person's names.

use serde::{Deserialize, Serialize};

/// Forgets a user's names in all that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EraseNames {
    /// The user's name; compared case-folded.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub user: String,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamesErased {
    /// Sessions and episodes of refusals that held the names. One whose session is live keeps its until it ends: ask again.
    pub rows: u32,
}
