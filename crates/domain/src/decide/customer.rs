//! Customers: added and changed.

use serde_json::json;

use super::check::{matches, text};
use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::catalogue::{Contact, Customer};
use crate::event::{ChainHead, Stream};
use crate::id::CustomerId;
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// What is said of a customer; absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct CustomerPatch {
    /// Its name.
    pub name: Option<String>,
    /// The vendor's own id; may be lifted.
    pub external_id: Option<Option<String>>,
    /// The vendor's own notes.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// Whom to write to.
    pub contacts: Option<Vec<Contact>>,
    /// Language.
    pub locale: Option<Option<String>>,
    /// Time zone.
    pub time_zone: Option<Option<String>>,
}

/// Adds a customer, or changes the one with this id.
#[derive(Clone, Debug)]
pub struct PutCustomer {
    /// Its id; drawn outside for a new one.
    pub id: CustomerId,
    /// Whether it is new.
    pub new: bool,
    /// What is said of it.
    pub patch: CustomerPatch,
    /// The revision it must have, if the caller says so.
    pub if_match: Option<u64>,
}

impl PutCustomer {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.customers.insert(self.id);
        needs.external_ids.extend(self.patch.external_id.clone().flatten());
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("customer")?;
        let patch = &self.patch;
        let empty = Customer {
            id: self.id,
            name: String::new(),
            external_id: None,
            metadata: serde_json::Map::new(),
            contacts: Vec::new(),
            locale: None,
            time_zone: None,
            free_page: None,
            revision: 0,
            created_at: draft.ledger.now,
            chain: ChainHead::default(),
        };
        let before = match (self.new, draft.ledger.customers.get(&self.id)) {
            (true, _) => empty,
            (false, Some(before)) => {
                matches(self.if_match, before.revision)?;
                before.clone()
            }
            (false, None) => return Err(Refusal::NotFound { what: "customer" }),
        };
        let customer = Customer {
            name: patch.name.clone().unwrap_or(before.name),
            external_id: patch.external_id.clone().unwrap_or(before.external_id),
            metadata: patch.metadata.clone().unwrap_or(before.metadata),
            contacts: patch.contacts.clone().unwrap_or(before.contacts),
            locale: patch.locale.clone().unwrap_or(before.locale),
            time_zone: patch.time_zone.clone().unwrap_or(before.time_zone),
            revision: before.revision + 1,
            ..before
        };
        let mut wrong = Vec::new();
        text(&mut wrong, "name", &customer.name, 200);
        for (i, contact) in customer.contacts.iter().enumerate() {
            text(&mut wrong, &format!("contacts[{i}].name"), &contact.name, 200);
            if !contact.email.contains('@') || contact.email.len() > 254 {
                wrong.push((format!("contacts[{i}].email"), "is no mail address".to_owned()));
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let taken = |c: &Customer| c.external_id.is_some() && c.external_id == customer.external_id && c.id != self.id;
        if draft.ledger.customers.values().any(taken) {
            return Err(Refusal::AlreadyExists { what: "customer", field: "external_id" });
        }
        let (id, external_id) = (customer.id, customer.external_id.clone());
        draft.push(Change::Customer(customer));
        // The names of its contacts stand outside the chain.
        draft.event(
            Stream::Customer(id),
            if self.new { "customer.added" } else { "customer.changed" },
            office.actor,
            json!({ "external_id": external_id }),
        );
        Ok(Done::Customer(id))
    }
}
