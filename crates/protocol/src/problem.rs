//! A refusal as it travels: RFC 9457, with the facts its sentence is made of. Decides no refusal.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, paths};

/// A refusal: what happened, in a stable code and a sentence to show a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The page that explains it, relative to the server.
    #[serde(rename = "type")]
    pub page: String,
    /// Short and always the same for a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A sentence to show a person.
    pub detail: String,
    /// What programs go by.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Code,
    /// The request, for support.
    #[serde(default)]
    pub request_id: String,
    /// What the sentence is made of, so that a program can say it in its own language.
    #[serde(flatten)]
    pub facts: BTreeMap<String, Value>,
}

/// One field of a request and what is wrong with it; a member of `errors` of `invalid_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field, with dots into nested objects: `policy.lease_seconds`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// Someone who holds a seat, as told to those who wait where policy shows holders; a member of `holders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HolderShown {
    /// The user's name.
    pub user: String,
    /// The device's name.
    pub device_name: String,
    /// Since when.
    pub started_at: Timestamp,
    /// When the seat is back at the latest; none under an indefinite hold.
    #[serde(default)]
    pub back_by: Option<Timestamp>,
}

impl Problem {
    /// A refusal with this code and sentence, with no facts yet.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem {
            page: paths::problem(code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: String::new(),
            facts: BTreeMap::new(),
        }
    }

    /// Adds a fact.
    pub fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(fact.to_owned(), value.into());
        self
    }

    /// Adds an instant as a fact, `null` where there is none.
    pub fn with_time(self, fact: &str, at: Option<Timestamp>) -> Self {
        self.with(fact, at.map(|at| at.to_string()))
    }

    /// A fact that is an instant.
    pub fn time(&self, fact: &str) -> Option<Timestamp> {
        self.facts.get(fact)?.as_str()?.parse().ok()
    }

    /// A fact that is a number.
    pub fn number(&self, fact: &str) -> Option<u64> {
        self.facts.get(fact)?.as_u64()
    }

    /// A fact that is a word or a sentence.
    pub fn text(&self, fact: &str) -> Option<&str> {
        self.facts.get(fact)?.as_str()
    }

    /// When the next seat is back at the latest, where it was told.
    pub fn next_back_by(&self) -> Option<Timestamp> {
        self.time("next_back_by")
    }

    /// Who holds the seats; empty unless policy shows it.
    pub fn holders(&self) -> Vec<HolderShown> {
        let holders = self.facts.get("holders").cloned().unwrap_or_default();
        serde_json::from_value(holders).unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_stand_beside_the_members_of_the_standard() {
        let at: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let problem = Problem::new(Code::NoSeatAvailable, "All 10 seats are taken.")
            .with("seats", 10)
            .with_time("next_back_by", Some(at))
            .with_time("since", None);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(
            json,
            json!({
                "type": "/problems/no_seat_available", "title": "No seat available", "status": 409,
                "detail": "All 10 seats are taken.", "code": "no_seat_available", "request_id": "",
                "seats": 10, "next_back_by": "2026-11-21T10:00:00Z", "since": null
            })
        );
        let back: Problem = serde_json::from_value(json).unwrap();
        assert_eq!(back, problem);
        assert_eq!(back.next_back_by(), Some(at));
        assert_eq!(back.number("seats"), Some(10));
        assert!(back.holders().is_empty());
    }

    #[test]
    fn holders_are_read_where_shown() {
        let problem = Problem::new(Code::NoSeatAvailable, "…").with(
            "holders",
            json!([{ "user": "mara", "device_name": "WS-14", "started_at": "2026-11-21T08:00:00Z", "back_by": null }]),
        );
        assert_eq!(problem.holders()[0].user, "mara");
    }
}
