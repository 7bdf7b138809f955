//! What a form says of a customer, read into what the domain calls it, and back.

use jiff::tz::TimeZone;
use seatkeeper_domain::catalogue::{Contact, Customer};
use seatkeeper_domain::decide::CustomerPatch;
use serde::Deserialize;

use crate::form::{Wrong, filled};
use crate::notes;

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
        Self {
            name: customer.name.clone(),
            external_id: customer.external_id.clone().unwrap_or_default(),
            locale: customer.locale.clone().unwrap_or_default(),
            time_zone: customer.time_zone.clone().unwrap_or_default(),
            contact_name: customer.contacts.iter().map(|contact| contact.name.clone()).collect(),
            contact_email: customer.contacts.iter().map(|contact| contact.email.clone()).collect(),
            metadata: notes::written(&customer.metadata),
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
            metadata: Some(notes::read(&self.metadata, before.map(|before| &before.metadata), wrong)),
            contacts: Some(contacts.collect()),
            locale: Some(filled(&self.locale)),
            time_zone: Some(time_zone),
        }
    }
}
