//! Changing a licence: seats, features, term, policy.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::check::matches;
use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::catalogue::Product;
use crate::event::Stream;
use crate::id::LicenseId;
use crate::ledger::Change;
use crate::license::{FeatureGrant, Grant, License, Model};
use crate::needs::Needs;
use crate::policy::{CountBy, Hold, Policy};
use crate::refusal::Refusal;
use crate::term::Term;

/// What differs in a policy; absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyPatch {
    /// Length of a lease, in seconds.
    pub lease_seconds: Option<u32>,
    /// Time between refreshes, in seconds.
    pub refresh_seconds: Option<u32>,
    /// Time with no contact, in seconds.
    pub grace_seconds: Option<u32>,
    /// When a seat is taken back.
    pub hold: Option<Hold>,
    /// Who counts as one.
    pub count_by: Option<CountBy>,
    /// Seats beyond those bought.
    pub overdraft: Option<u32>,
    /// Whether holders are shown to people who are refused.
    pub show_holders: Option<bool>,
    /// Devices at once; may be lifted.
    pub devices: Option<Option<u32>>,
    /// Holders on one device; may be lifted.
    pub holders_per_device: Option<Option<u32>>,
    /// Time past a subscription's end, in seconds.
    pub renewal_grace_seconds: Option<u32>,
    /// Moves a year; may be lifted.
    pub moves_per_year: Option<Option<u32>>,
}

impl PolicyPatch {
    /// The policy with the differences in it.
    pub fn over(&self, policy: Policy) -> Policy {
        Policy {
            lease_seconds: self.lease_seconds.unwrap_or(policy.lease_seconds),
            refresh_seconds: self.refresh_seconds.unwrap_or(policy.refresh_seconds),
            grace_seconds: self.grace_seconds.unwrap_or(policy.grace_seconds),
            hold: self.hold.unwrap_or(policy.hold),
            count_by: self.count_by.unwrap_or(policy.count_by),
            overdraft: self.overdraft.unwrap_or(policy.overdraft),
            show_holders: self.show_holders.unwrap_or(policy.show_holders),
            devices: self.devices.unwrap_or(policy.devices),
            holders_per_device: self.holders_per_device.unwrap_or(policy.holders_per_device),
            renewal_grace_seconds: self.renewal_grace_seconds.unwrap_or(policy.renewal_grace_seconds),
            moves_per_year: self.moves_per_year.unwrap_or(policy.moves_per_year),
        }
    }
}

/// What is said of a licence; absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct LicensePatch {
    /// The seats.
    pub grants: Option<Vec<Grant>>,
    /// The modules.
    pub features: Option<Vec<FeatureGrant>>,
    /// For how long.
    pub term: Option<Term>,
    /// What differs in the policy.
    pub policy: PolicyPatch,
    /// The vendor's own id; may be lifted.
    pub external_id: Option<Option<String>>,
    /// The vendor's own notes.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Changes a licence. Fewer seats than are held throw nobody out (Open term change).
#[derive(Clone, Debug)]
pub struct UpdateLicense {
    /// Which.
    pub license_id: LicenseId,
    /// What.
    pub patch: LicensePatch,
    /// The revision it must have, if the caller says so.
    pub if_match: Option<u64>,
}

impl UpdateLicense {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let before = office.license(draft, self.license_id)?;
        matches(self.if_match, before.revision)?;
        if before.revoked() {
            return Err(Refusal::Conflict("A revoked licence cannot be changed: revoking is final."));
        }
        let patch = &self.patch;
        let counters = draft.counters(before.id);
        let license = License {
            grants: patch.grants.clone().unwrap_or_else(|| before.grants.clone()),
            features: patch.features.clone().unwrap_or_else(|| before.features.clone()),
            term: patch.term.map_or(before.term, |term| continued(term, before.term, counters.devices, now)),
            policy: patch.policy.over(before.policy.clone()),
            external_id: patch.external_id.clone().unwrap_or_else(|| before.external_id.clone()),
            metadata: patch.metadata.clone().unwrap_or_else(|| before.metadata.clone()),
            revision: before.revision + 1,
            ..before.clone()
        };
        if license.policy.count_by != before.policy.count_by && counters.in_use > 0 {
            return Err(Refusal::CountByInUse { in_use: counters.in_use });
        }
        let product = draft.ledger.products.get(&license.product_id);
        let product = product.ok_or(Refusal::NotFound { what: "product" })?;
        // A term that is left alone may have ended; one that is set may not.
        let mut wrong = sound(&license, Some(before), product, now, patch.term.is_none());
        let began = |term| if let Term::Trial { started_at, .. } = term { started_at } else { None };
        if patch.term.and_then(began).is_some_and(|at| began(license.term) != Some(at)) {
            wrong.push(("term.started_at".to_owned(), STARTED_AT.to_owned()));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        draft.push(Change::Counters(license.id, counters.fitted(license.limit(now))));
        draft.event(
            Stream::License(license.id),
            "license.changed",
            office.actor,
            json!({
                "grants": patch.grants,
                "seats": license.seats(now),
                "features": patch.features,
                "term": patch.term.map(|_| license.term),
                "policy": (license.policy != before.policy).then_some(&license.policy),
            }),
        );
        let id = license.id;
        draft.push(Change::License(license));
        Ok(Done::License { id, key_id: None })
    }
}

/// A trial that is made longer or shorter began when it began; one that a licence becomes which is in use begins
/// now.
fn continued(term: Term, before: Term, devices: u32, now: Timestamp) -> Term {
    match (term, before) {
        (Term::Trial { days, .. }, Term::Trial { started_at, .. }) => Term::Trial { days, started_at },
        (Term::Trial { days, .. }, _) => Term::Trial { days, started_at: (devices > 0).then_some(now) },
        _ => term,
    }
}

/// Why nobody says when a trial began.
pub(super) const STARTED_AT: &str = "is set by the first activation";

/// What is wrong with a licence, by field. `before` is what it was; `may_have_ended` allows a term that lies in
/// the past.
pub(super) fn sound(
    license: &License,
    before: Option<&License>,
    product: &Product,
    now: Timestamp,
    may_have_ended: bool,
) -> Vec<(String, String)> {
    let mut wrong: Vec<(String, String)> =
        license.policy.mistakes(license.model).into_iter().map(|(field, why)| (field.to_owned(), why)).collect();
    let mut note = |field: String, why: &str| wrong.push((field, why.to_owned()));
    if license.grants.is_empty() || license.grants.len() > 100 {
        note("grants".to_owned(), "must be 1 to 100");
    }
    for (i, grant) in license.grants.iter().enumerate() {
        if !(1..=10_000_000).contains(&grant.seats) {
            let field = if license.grants.len() == 1 { "seats".to_owned() } else { format!("grants[{i}].seats") };
            note(field, "must be between 1 and 10000000");
        }
        if grant.ends_at.is_some_and(|end| grant.starts_at.is_some_and(|start| end <= start)) {
            note(format!("grants[{i}].ends_at"), "must lie after starts_at");
        }
    }
    if license.model == Model::SingleUser && license.grants.iter().any(|g| g.seats != 1) {
        note("seats".to_owned(), "must be 1 for a single-user licence");
    }
    if license.model == Model::SingleUser && license.grants.len() > 1 {
        note("grants".to_owned(), "must be one for a single-user licence");
    }
    let mut seen = BTreeSet::new();
    for (i, feature) in license.features.iter().enumerate() {
        // One that it was sold with stays good when the product goes on without it.
        let had = before.is_some_and(|before| before.features.iter().any(|f| f.code == feature.code));
        if !had && !product.features.iter().any(|f| f.code == feature.code) {
            note(format!("features[{i}].code"), "is no feature of the product");
        }
        if !seen.insert(&feature.code) {
            note(format!("features[{i}].code"), "is there twice");
        }
    }
    match license.term {
        Term::Subscription { expires_at } | Term::Education { expires_at } if expires_at <= now && !may_have_ended => {
            note("term.expires_at".to_owned(), "lies in the past");
        }
        Term::Trial { days, .. } if !(1..=3650).contains(&days) => {
            note("term.days".to_owned(), "must be between 1 and 3650");
        }
        Term::Trial { .. } if license.expired(now) && !may_have_ended => {
            note("term.days".to_owned(), "are over already, counted from when the trial began");
        }
        _ => {}
    }
    wrong
}
