//! Customers, there and back.

use seatkeeper_domain::catalogue::{Contact, Customer};
use seatkeeper_domain::decide::CustomerPatch;
use seatkeeper_protocol::admin;

use super::Checked;
use super::text::WORD;
use crate::problem::Refused;

pub(crate) fn new(checked: &mut Checked, customer: admin::CustomerNew) -> CustomerPatch {
    CustomerPatch {
        name: Some(checked.text("name", customer.name, WORD)),
        external_id: Some(checked.optional("external_id", customer.external_id, WORD)),
        metadata: Some(checked.metadata(customer.metadata)),
        contacts: Some(contacts(checked, customer.contacts)),
        locale: Some(checked.optional("locale", customer.locale, 1..=35)),
        time_zone: Some(checked.optional("time_zone", customer.time_zone, 1..=64)),
    }
}

pub(crate) fn changed(customer: admin::CustomerPatch) -> Result<CustomerPatch, Refused> {
    let mut checked = Checked::default();
    let patch = CustomerPatch {
        name: checked.optional("name", customer.name, WORD),
        external_id: customer.external_id.map(|id| checked.optional("external_id", id, WORD)),
        metadata: customer.metadata.map(|metadata| checked.metadata(metadata)),
        contacts: customer.contacts.map(|given| contacts(&mut checked, given)),
        locale: customer.locale.map(|locale| checked.optional("locale", locale, 1..=35)),
        time_zone: customer.time_zone.map(|zone| checked.optional("time_zone", zone, 1..=64)),
    };
    checked.done()?;
    Ok(patch)
}

fn contacts(checked: &mut Checked, contacts: Vec<admin::Contact>) -> Vec<Contact> {
    let named = |(i, contact): (usize, admin::Contact)| {
        let email = checked.text(&format!("contacts[{i}].email"), contact.email, WORD);
        let name = contact.name.unwrap_or_else(|| email.clone());
        Contact { name: checked.text(&format!("contacts[{i}].name"), name, WORD), email }
    };
    let contacts = contacts.into_iter().enumerate().map(named).collect();
    checked.list("contacts", contacts, 100)
}

pub(crate) fn customer(customer: Customer) -> admin::Customer {
    let contact = |contact: Contact| admin::Contact { email: contact.email, name: Some(contact.name) };
    admin::Customer {
        id: customer.id.0,
        name: customer.name,
        external_id: customer.external_id,
        metadata: customer.metadata.into_iter().collect(),
        contacts: customer.contacts.into_iter().map(contact).collect(),
        locale: customer.locale,
        time_zone: customer.time_zone,
        created_at: customer.created_at,
    }
}
