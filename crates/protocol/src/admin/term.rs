//! How long a licence runs, strict as administrators need it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client;

/// How long a licence runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Term {
    /// For ever, for releases dated within the maintenance.
    Perpetual {
        /// Releases dated later are refused, earlier ones work for ever; every release by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maintenance_until: Option<Timestamp>,
    },
    /// Until a day, and a renewal grace by policy.
    Subscription {
        /// When it is over.
        expires_at: Timestamp,
    },
    /// All features, for some days from the first activation.
    Trial {
        /// How many days.
        days: u32,
        /// The first activation; set by the server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started_at: Option<Timestamp>,
        /// When it is over; set by the server at the first activation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// For teaching, until a day.
    Education {
        /// When it is over.
        expires_at: Timestamp,
    },
}

impl From<Term> for client::Term {
    fn from(term: Term) -> Self {
        let (kind, maintenance_until, expires_at, days, started_at) = match term {
            Term::Perpetual { maintenance_until } => ("perpetual", maintenance_until, None, None, None),
            Term::Subscription { expires_at } => ("subscription", None, Some(expires_at), None, None),
            Term::Trial { days, started_at, expires_at } => ("trial", None, expires_at, Some(days), started_at),
            Term::Education { expires_at } => ("education", None, Some(expires_at), None, None),
        };
        client::Term { kind: kind.to_owned(), maintenance_until, expires_at, days, started_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn programs_read_each_term_as_administrators_wrote_it() {
        for written in [
            json!({ "kind": "perpetual" }),
            json!({ "kind": "perpetual", "maintenance_until": "2027-01-31T00:00:00Z" }),
            json!({ "kind": "subscription", "expires_at": "2027-01-31T00:00:00Z" }),
            json!({ "kind": "trial", "days": 30 }),
            json!({ "kind": "trial", "days": 30, "started_at": "2026-11-21T08:00:00Z", "expires_at": "2026-12-21T08:00:00Z" }),
            json!({ "kind": "education", "expires_at": "2027-01-31T00:00:00Z" }),
        ] {
            let term: Term = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&term).unwrap(), written);
            assert_eq!(serde_json::to_value(client::Term::from(term)).unwrap(), written);
        }
    }

    #[test]
    fn a_misspelt_date_is_refused_and_not_forgotten() {
        let written = json!({ "kind": "perpetual", "maintainance_until": "2027-01-31T00:00:00Z" });
        let error = serde_json::from_value::<Term>(written).unwrap_err();
        assert!(error.to_string().contains("maintainance_until"), "{error}");
    }
}
