//! Products and customers: added and changed.

use std::collections::BTreeSet;

use serde_json::json;

use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::catalogue::{Contact, Customer, Feature, Product};
use crate::event::{ChainHead, Stream};
use crate::id::{CustomerId, ProductId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::version::Version;

/// What is said of a product; absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct ProductPatch {
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The earliest version that may use it; may be lifted.
    pub minimum_version: Option<Option<Version>>,
    /// Its modules.
    pub features: Option<Vec<Feature>>,
}

/// Adds a product, or changes the one with this id.
#[derive(Clone, Debug)]
pub struct PutProduct {
    /// Its id; drawn outside for a new one.
    pub id: ProductId,
    /// Whether it is new.
    pub new: bool,
    /// What is said of it.
    pub patch: ProductPatch,
    /// The revision it must have, if the caller says so.
    pub if_match: Option<u64>,
}

impl PutProduct {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.products.insert(self.id);
        needs.product_codes.extend(self.patch.code.clone());
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("product")?;
        let before = draft.ledger.products.get(&self.id);
        let patch = &self.patch;
        let product = match (self.new, before) {
            (false, None) => return Err(Refusal::NotFound { what: "product" }),
            (false, Some(before)) => {
                matches(self.if_match, before.revision)?;
                Product {
                    code: patch.code.clone().unwrap_or_else(|| before.code.clone()),
                    name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
                    minimum_version: patch.minimum_version.clone().unwrap_or_else(|| before.minimum_version.clone()),
                    features: patch.features.clone().unwrap_or_else(|| before.features.clone()),
                    revision: before.revision + 1,
                    ..before.clone()
                }
            }
            (true, _) => Product {
                id: self.id,
                code: patch.code.clone().unwrap_or_default(),
                name: patch.name.clone().unwrap_or_default(),
                minimum_version: patch.minimum_version.clone().flatten(),
                features: patch.features.clone().unwrap_or_default(),
                revision: 1,
                created_at: draft.ledger.now,
            },
        };
        sound(&product)?;
        if draft.ledger.products.values().any(|p| p.code == product.code && p.id != product.id) {
            return Err(Refusal::AlreadyExists { what: "product", field: "code" });
        }
        draft.event(
            Stream::Server,
            if self.new { "product.added" } else { "product.changed" },
            office.actor,
            json!({
                "product": product.id,
                "code": product.code,
                "name": product.name,
                "minimum_version": product.minimum_version,
                "features": product.features,
            }),
        );
        draft.push(Change::Product(product));
        Ok(Done::Product(self.id))
    }
}

fn sound(product: &Product) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    if !is_code(&product.code) {
        wrong.push(("code".to_owned(), CODE.to_owned()));
    }
    text(&mut wrong, "name", &product.name, 200);
    let mut seen = BTreeSet::new();
    for (i, feature) in product.features.iter().enumerate() {
        if !is_code(&feature.code) {
            wrong.push((format!("features[{i}].code"), CODE.to_owned()));
        }
        if !seen.insert(&feature.code) {
            wrong.push((format!("features[{i}].code"), "is there twice".to_owned()));
        }
        text(&mut wrong, &format!("features[{i}].name"), &feature.name, 200);
    }
    if product.features.len() > 500 {
        wrong.push(("features".to_owned(), "must be at most 500".to_owned()));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
}

const CODE: &str = "must be 1 to 64 of a-z, 0-9, '-', '_' and '.'";

/// Whether a text can be the code of a product or a feature.
fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(plain)
}

/// Notes a text that is empty or longer than `most` characters.
pub(super) fn text(wrong: &mut Vec<(String, String)>, field: &str, text: &str, most: usize) {
    if text.trim().is_empty() || text.chars().count() > most {
        wrong.push((field.to_owned(), format!("must have 1 to {most} characters")));
    }
}

/// Whether a row is the one its caller read.
pub(super) fn matches(if_match: Option<u64>, revision: u64) -> Result<(), Refusal> {
    match if_match {
        Some(read) if read != revision => Err(Refusal::PreconditionFailed),
        _ => Ok(()),
    }
}

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
