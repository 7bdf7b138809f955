//! What a form says of a customer, read into what the domain calls it, and back.

use jiff::tz::TimeZone;
use seatkeeper_domain::catalogue::{Contact, Customer};
use seatkeeper_domain::decide::CustomerPatch;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::form::{Wrong, filled};

/// Rows for contacts that are not there yet.
const MORE: usize = 2;
/// What the form shows mistakes beside.
pub(super) const FIELDS: &[&str] = &["name", "external_id", "contacts", "locale", "time_zone", "metadata"];

/// The form as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    pub(super) name: String,
    pub(super) external_id: String,
    pub(super) locale: String,
    pub(super) time_zone: String,
    pub(super) contact_name: Vec<String>,
    pub(super) contact_email: Vec<String>,
    pub(super) metadata: String,
    /// The revision that was read.
    pub(super) revision: u64,
}

impl Filled {
    /// What is there.
    pub(super) fn of(customer: &Customer) -> Self {
        let note = |(key, value): (&String, &Value)| format!("{key}: {}", said(value));
        Self {
            name: customer.name.clone(),
            external_id: customer.external_id.clone().unwrap_or_default(),
            locale: customer.locale.clone().unwrap_or_default(),
            time_zone: customer.time_zone.clone().unwrap_or_default(),
            contact_name: customer.contacts.iter().map(|contact| contact.name.clone()).collect(),
            contact_email: customer.contacts.iter().map(|contact| contact.email.clone()).collect(),
            metadata: customer.metadata.iter().map(note).collect::<Vec<_>>().join("\n"),
            revision: customer.revision,
        }
    }

    /// Names and addresses of contacts, with room for more.
    pub(super) fn contacts(&self) -> Vec<(&str, &str)> {
        let rows =
            self.contact_name.iter().zip(&self.contact_email).map(|(name, email)| (name.as_str(), email.as_str()));
        rows.filter(|row| *row != ("", "")).chain([("", ""); MORE]).collect()
    }

    /// What is asked for, with what cannot be read. `before` is what was there.
    pub(super) fn patch(&self, before: Option<&Customer>, wrong: &mut Wrong) -> CustomerPatch {
        let written = self.contacts().into_iter().filter(|row| *row != ("", ""));
        let contacts =
            written.map(|(name, email)| Contact { name: name.trim().to_owned(), email: email.trim().to_owned() });
        let time_zone = filled(&self.time_zone);
        if time_zone.as_ref().is_some_and(|name| TimeZone::get(name).is_err()) {
            wrong.note("time_zone", "is no time zone: write it as Europe/Berlin or America/New_York");
        }
        CustomerPatch {
            name: Some(self.name.trim().to_owned()),
            external_id: Some(filled(&self.external_id)),
            metadata: Some(notes(&self.metadata, before.map(|before| &before.metadata), wrong)),
            contacts: Some(contacts.collect()),
            locale: Some(filled(&self.locale)),
            time_zone: Some(time_zone),
        }
    }
}

/// The vendor's own notes, a line each. A value that reads as before stays what it was, be it a number or more.
fn notes(text: &str, before: Option<&Map<String, Value>>, wrong: &mut Wrong) -> Map<String, Value> {
    let mut notes = Map::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((key, value)) = line.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else {
            wrong.note("metadata", format!("“{line}” has no colon: write each as name: value"));
            continue;
        };
        let same = before.and_then(|notes| notes.get(key)).filter(|was| said(was) == value).cloned();
        notes.insert(key.to_owned(), same.unwrap_or_else(|| Value::String(value.to_owned())));
    }
    notes
}

/// A note's value as people read it.
pub(super) fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_were_left_alone_stay_what_they_were() {
        let before = serde_json::json!({ "seats_in_crm": 12, "account": "C-7", "flags": { "vip": true } });
        let mut wrong = Wrong::default();
        let text = "seats_in_crm: 12\naccount: C-8\nflags: {\"vip\":true}\nregion: a: b";
        let notes = notes(text, before.as_object(), &mut wrong);
        let after =
            serde_json::json!({ "seats_in_crm": 12, "account": "C-8", "flags": { "vip": true }, "region": "a: b" });
        assert_eq!(Value::Object(notes), after);
        assert!(wrong.is_empty());
    }

    #[test]
    fn a_note_without_a_colon_is_named() {
        let mut wrong = Wrong::default();
        notes("just words", None, &mut wrong);
        assert!(wrong.at("metadata").unwrap().contains("just words"));
    }
}
