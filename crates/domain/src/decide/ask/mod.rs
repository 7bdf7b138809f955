//! What visitors ask for, from the first question to the licence: a trial, begun by whoever shows that a mail address is
//! theirs, and an education licence, granted by the vendor.
//!
//! Until an address is confirmed nothing of it stands in a chain: what strangers write is forgotten again.

mod answer;
mod begin;
mod mail;
mod visit;

pub use answer::{AnswerAsk, AskVerdict};
pub use begin::{BeginTrial, ConfirmAsk};
pub use mail::AskMailed;
pub use visit::AskLicense;

use super::customer::{CustomerPatch, PutCustomer};
use super::draft::Draft;
use super::issue::{How, Issue, LicenseTerms};
use super::key::NewKey;
use super::license::PolicyPatch;
use super::office::Office;
use crate::ask::{Ask, Made, Wanted, mailbox};
use crate::catalogue::{Contact, Product};
use crate::id::{CustomerId, LicenseId};
use crate::license::{FeatureGrant, Grant, Model};
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::Term;

/// A licence to be made of an ask, all that is drawn or looked up outside.
#[derive(Clone, Debug)]
pub struct Making {
    /// The mailbox it was asked from.
    pub mailbox: String,
    /// Whose the licence becomes: the customer that was made of this mailbox before, or else a new one.
    pub customer_id: CustomerId,
    /// The licence.
    pub license_id: LicenseId,
    /// Its serial number.
    pub serial_number: String,
    /// Its key.
    pub key: NewKey,
}

impl Making {
    fn needs(&self, needs: &mut Needs) {
        needs.asks_from.insert(self.mailbox.clone());
        needs.customers.insert(self.customer_id);
        needs.serials.insert(self.serial_number.clone());
    }

    /// Makes the licence, for one person on one device.
    fn license(
        &self,
        draft: &mut Draft<'_>,
        office: &Office,
        ask: &Ask,
        term: Term,
        features: Option<Vec<FeatureGrant>>,
    ) -> Result<Made, Refusal> {
        self.customer(draft, office, ask)?;
        let terms = LicenseTerms {
            customer_id: self.customer_id,
            product: product(draft, ask)?.code.clone(),
            serial_number: self.serial_number.clone(),
            model: Model::SingleUser,
            grants: vec![Grant { seats: 1, starts_at: None, ends_at: None, order_reference: None }],
            features,
            term,
            policy: PolicyPatch::default(),
            legacy: None,
            external_id: None,
            metadata: serde_json::Map::new(),
        };
        let issue = Issue { id: self.license_id, terms, key: self.key.clone() };
        issue.issue(draft, office, if ask.wanted == Wanted::Trial { How::Tried(ask.id) } else { How::Sold })?;
        Ok(Made { customer_id: self.customer_id, license_id: self.license_id, key_id: self.key.id })
    }

    /// The customer is new, or was made of the same mailbox: nobody gives a licence to another's company.
    fn customer(&self, draft: &mut Draft<'_>, office: &Office, ask: &Ask) -> Result<(), Refusal> {
        if draft.ledger.customers.get(&self.customer_id).is_some() {
            let own = |other: &Ask| other.made().is_some_and(|made| made.customer_id == self.customer_id);
            let mut same = draft.ledger.asks.values().filter(|other| mailbox(&other.email) == mailbox(&ask.email));
            return if same.any(own) { Ok(()) } else { Err(Refusal::NotFound { what: "customer" }) };
        }
        let patch = CustomerPatch {
            name: Some(ask.company.as_ref().unwrap_or(&ask.name).clone()),
            contacts: Some(vec![Contact { name: ask.name.clone(), email: ask.email.clone() }]),
            ..CustomerPatch::default()
        };
        PutCustomer { id: self.customer_id, new: true, patch, if_match: None }.decide(draft, office).map(drop)
    }
}

/// The product of an ask.
fn product<'a>(draft: &Draft<'a>, ask: &Ask) -> Result<&'a Product, Refusal> {
    draft.ledger.products.get(&ask.product_id).ok_or(Refusal::NotFound { what: "product" })
}
