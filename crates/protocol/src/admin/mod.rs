//! What administrators send and read. Requests refuse fields they do not know, by name. Decides nothing.

mod catalogue;
mod customer;
mod erase;
mod import;
mod key;
mod license;
mod local;
mod policy;
mod record;
mod session;
mod signing;
mod term;
mod token;

pub use catalogue::{Product, ProductFeature, ProductNew, ProductOffer, ProductPatch};
pub use customer::{Contact, Customer, CustomerNew, CustomerPatch};
pub use erase::{EraseNames, NamesErased};
pub use import::{Import, ImportLicense, Imported, ImportedLicense};
pub use key::{Key, KeyIssued, KeyNew, KeyPatch, KeySecret, Reissue};
pub use license::{FeatureGrant, Grant, GrantNew, Legacy, License, LicenseIssued, LicenseNew, LicensePatch};
pub use local::{Account, AccountDisabled, AccountErased, AccountNew, Backup, Finding, LinkAsked, LinkMade, TaskLine};
pub use policy::{CountBy, Policy, PolicyPatch};
pub use record::{Actor, Denial, DenialOutcome, Event, EventChain};
pub use session::{Activation, ActivationEnd, Block, BlockNew, Release, Session, SessionState};
pub use signing::{GivenSigningKey, SigningKey, SigningKeyNew, SigningStage};
pub use term::Term;
pub use token::{Role, Token, TokenIssued, TokenNew};

use serde::{Deserialize, Deserializer, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct List<T> {
    /// At most 200.
    pub items: Vec<T>,
    /// Where the next page starts; none at the end. Events always have one, to follow on from.
    pub next_cursor: Option<String>,
}

/// Why something is done; kept with the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// In the words of whoever does it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// A nullable member of a `PATCH`: absent is `None`, `null` is `Some(None)`.
fn patch<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unknown_fields_are_refused_by_name() {
        let error = serde_json::from_value::<Reason>(json!({ "reason": "left", "raeson": "" })).unwrap_err();
        assert!(error.to_string().contains("raeson"), "{error}");
    }

    #[test]
    fn a_patch_tells_null_from_absent() {
        let absent: CustomerPatch = serde_json::from_value(json!({})).unwrap();
        assert_eq!(absent.external_id, None);
        assert_eq!(serde_json::to_value(&absent).unwrap(), json!({}));
        let null: CustomerPatch = serde_json::from_value(json!({ "external_id": null })).unwrap();
        assert_eq!(null.external_id, Some(None));
        assert_eq!(serde_json::to_value(&null).unwrap(), json!({ "external_id": null }));
    }
}
