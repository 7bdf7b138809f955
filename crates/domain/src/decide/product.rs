//! Products: added and changed.

use std::collections::BTreeSet;

use serde_json::json;

use super::check::{matches, text};
use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::catalogue::{Feature, MOST_FEATURES, Offer, Product};
use crate::event::Stream;
use crate::id::ProductId;
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
    /// What visitors may ask for themselves.
    pub offer: Option<Offer>,
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
                    offer: patch.offer.unwrap_or(before.offer),
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
                offer: patch.offer.unwrap_or_default(),
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
                "offer": product.offer,
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
    if product.features.len() > MOST_FEATURES {
        wrong.push(("features".to_owned(), format!("must be at most {MOST_FEATURES}")));
    }
    if product.offer.trial_days.is_some_and(|days| !(1..=MOST_TRIAL_DAYS).contains(&days)) {
        wrong.push(("offer.trial_days".to_owned(), format!("must be between 1 and {MOST_TRIAL_DAYS}")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
}

/// Days of a trial that anybody may have for asking.
const MOST_TRIAL_DAYS: u32 = 365;

const CODE: &str = "must be 1 to 64 of a-z, 0-9, '-', '_' and '.'";

/// Whether a text can be the code of a product or a feature.
fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(plain)
}
