//! Issuing licences, one by one or many at once.

use serde_json::json;

use super::check::text;
use super::customer::PutCustomer;
use super::draft::Draft;
use super::key::{CutOffs, NewKey};
use super::license::{PolicyPatch, STARTED_AT, sound};
use super::office::Office;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::{AskId, CustomerId, ImportId, LicenseId};
use crate::ledger::Change;
use crate::license::{Counters, FeatureGrant, Grant, Legacy, License, Model, Status, folded_serial};
use crate::needs::Needs;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::term::Term;

/// What is sold.
#[derive(Clone, Debug)]
pub struct LicenseTerms {
    /// To whom.
    pub customer_id: CustomerId,
    /// The product's code.
    pub product: String,
    /// Unique; ours, or an imported one.
    pub serial_number: String,
    /// Pool or single user.
    pub model: Model,
    /// The seats.
    pub grants: Vec<Grant>,
    /// The modules; where absent, all of a trial's product and none of another's.
    pub features: Option<Vec<FeatureGrant>>,
    /// For how long.
    pub term: Term,
    /// What differs from the model's default policy.
    pub policy: PolicyPatch,
    /// The kind of old licence it stands for.
    pub legacy: Option<Legacy>,
    /// The vendor's own id.
    pub external_id: Option<String>,
    /// The vendor's own notes.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// Issues a licence with its first key.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Drawn outside.
    pub id: LicenseId,
    /// What is sold.
    pub terms: LicenseTerms,
    /// Its first key.
    pub key: NewKey,
}

/// How a licence comes to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// Somebody bought it.
    Sold,
    /// A visitor begins it as the trial they asked for.
    Tried(AskId),
    /// Another system had sold it.
    Imported(ImportId),
}

impl Issue {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.customers.insert(self.terms.customer_id);
        needs.product_codes.insert(self.terms.product.clone());
        needs.serials.insert(self.terms.serial_number.clone());
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("licence")?;
        if draft.ledger.customers.get(&self.terms.customer_id).is_none() {
            return Err(Refusal::field("customer_id", "is no customer"));
        }
        self.issue(draft, office, How::Sold)?;
        Ok(Done::License { id: self.id, key_id: Some(self.key.id) })
    }

    /// Issues it to a customer that was looked up before. Licences of an import may have ended already; that nobody has their
    /// serial numbers was seen for all of them at once.
    pub(super) fn issue(&self, draft: &mut Draft<'_>, office: &Office, how: How) -> Result<(), Refusal> {
        let imported = matches!(how, How::Imported(_));
        let (now, terms) = (draft.ledger.now, &self.terms);
        let product = draft.ledger.products.values().find(|p| p.code == terms.product);
        let product = product.ok_or(Refusal::field("product", format!("is no product: {}", terms.product)))?;
        if !imported && draft.ledger.licenses.values().any(|l| l.has_serial(&terms.serial_number)) {
            return Err(TAKEN);
        }
        let all = || product.features.iter().map(|f| FeatureGrant { code: f.code.clone(), ends_at: None }).collect();
        let features = match (&terms.features, terms.term) {
            (Some(features), _) => features.clone(),
            (None, Term::Trial { .. }) => all(),
            (None, _) => Vec::new(),
        };
        let license = License {
            id: self.id,
            customer_id: terms.customer_id,
            product_id: product.id,
            serial_number: terms.serial_number.clone(),
            model: terms.model,
            grants: terms.grants.clone(),
            features,
            term: terms.term,
            policy: terms.policy.over(Policy::default_for(terms.model)),
            status: Status::Active,
            status_reason: None,
            legacy: terms.legacy,
            external_id: terms.external_id.clone(),
            metadata: terms.metadata.clone(),
            revision: 1,
            ever_blocked: false,
            resumed_at: None,
            created_at: now,
            request: None,
            tried_by: match how {
                How::Tried(ask) => Some(ask),
                How::Sold | How::Imported(_) => None,
            },
        };
        let mut wrong = sound(&license, None, product, now, imported);
        text(&mut wrong, "serial_number", &license.serial_number, 64);
        if !imported {
            // A licence that is there already keeps grants that are over; a new one is not sold what nobody can use.
            let grants = license.grants.iter().map(|grant| grant.ends_at).enumerate();
            let features = license.features.iter().map(|feature| feature.ends_at).enumerate();
            let dated = grants.map(|(i, at)| (format!("grants[{i}]"), at));
            let dated = dated.chain(features.map(|(i, at)| (format!("features[{i}]"), at)));
            for (place, _) in dated.filter(|(_, at)| at.is_some_and(|at| at <= now)) {
                let field = format!("{place}.ends_at");
                if wrong.iter().all(|(noted, _)| *noted != field) {
                    wrong.push((field, "lies in the past".to_owned()));
                }
            }
        }
        if matches!(license.term, Term::Trial { started_at: Some(_), .. }) && !imported {
            wrong.push(("term.started_at".to_owned(), STARTED_AT.to_owned()));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        draft.push(Change::Counters(self.id, Counters::default().fitted(license.limit(now))));
        let mut body = json!({
            "customer": license.customer_id,
            "serial_number": license.serial_number,
            "product": product.code,
            "model": license.model,
            "grants": license.grants,
            "features": license.features,
            "term": license.term,
            "policy": license.policy,
            "key": self.key.id,
        });
        if let How::Imported(import) = how {
            body["import"] = json!(import);
        }
        let kind = if imported { "license.imported" } else { "license.issued" };
        draft.event(Stream::License(self.id), kind, office.actor, body);
        draft.push(Change::License(license));
        draft.push(Change::Key(self.key.row(self.id, CutOffs::default(), now)));
        Ok(())
    }
}

const TAKEN: Refusal = Refusal::AlreadyExists { what: "licence", field: "serial_number" };

/// Adds customers and licences, whole or not at all.
#[derive(Clone, Debug)]
pub struct Import {
    /// Drawn outside; what it brought in is found by it in the record.
    pub id: ImportId,
    /// New customers. One whose `external_id` is there already must not be among them.
    pub customers: Vec<PutCustomer>,
    /// The licences.
    pub licenses: Vec<Issue>,
    /// Only says what would be refused; changes nothing.
    pub dry_run: bool,
}

impl Import {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.customers.iter().for_each(|c| c.needs(needs));
        self.licenses.iter().for_each(|l| l.needs(needs));
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("import")?;
        // Decided on a draft of its own, so that a mistake in the last row leaves nothing of the first.
        let mut whole = Draft::on(draft.ledger);
        let mut wrong = Vec::new();
        let mut external_ids = std::collections::BTreeSet::new();
        for (i, customer) in self.customers.iter().enumerate() {
            let refused = match customer.patch.external_id.iter().flatten().find(|id| !external_ids.insert(*id)) {
                Some(_) => Some(Refusal::field("external_id", "is there twice in this import")),
                None => customer.decide(&mut whole, office).err(),
            };
            place(&mut wrong, "customers", i, refused);
        }
        let mut serials = std::collections::BTreeSet::new();
        let new: std::collections::BTreeSet<_> = self.customers.iter().map(|c| c.id).collect();
        // Told once: a file that was imported before finds as many as it has lines.
        let taken: std::collections::BTreeSet<_> =
            draft.ledger.licenses.values().map(|l| folded_serial(&l.serial_number)).collect();
        for (i, license) in self.licenses.iter().enumerate() {
            let owner = license.terms.customer_id;
            let serial = folded_serial(&license.terms.serial_number);
            let refused = if taken.contains(&serial) {
                Some(TAKEN)
            } else if !serials.insert(serial) {
                Some(Refusal::field("serial_number", "is there twice in this import"))
            } else if !new.contains(&owner) && draft.ledger.customers.get(&owner).is_none() {
                Some(Refusal::field("customer_id", "is no customer"))
            } else {
                license.issue(&mut whole, office, How::Imported(self.id)).err()
            };
            place(&mut wrong, "licenses", i, refused);
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let (customers, licenses) = (self.customers.len(), self.licenses.len());
        whole.event(
            Stream::Server,
            "import.applied",
            office.actor,
            json!({ "import": self.id, "customers": customers, "licenses": licenses }),
        );
        if !self.dry_run {
            whole.into_changes().into_iter().for_each(|change| draft.push(change));
        }
        Ok(Done::Imported {
            customers: u32::try_from(customers).unwrap_or(u32::MAX),
            licenses: self.licenses.iter().map(|l| l.id).collect(),
        })
    }
}

/// Notes what is wrong with one row of an import, by its place.
fn place(wrong: &mut Vec<(String, String)>, list: &str, row: usize, refusal: Option<Refusal>) {
    match refusal {
        None => {}
        Some(Refusal::Invalid(fields)) => {
            wrong.extend(fields.into_iter().map(|(field, why)| (format!("{list}[{row}].{field}"), why)));
        }
        Some(Refusal::AlreadyExists { field, .. }) => {
            wrong.push((format!("{list}[{row}].{field}"), "is there already".to_owned()));
        }
        Some(other) => wrong.push((format!("{list}[{row}]"), other.to_string())),
    }
}
