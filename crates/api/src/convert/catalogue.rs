//! Products, there and back.

use seatkeeper_domain::catalogue::{Feature, Offer, Product};
use seatkeeper_domain::decide::ProductPatch;
use seatkeeper_protocol::admin;

use super::Checked;
use super::text::{WORD, version};
use crate::problem::Refused;

pub(crate) fn new(product: admin::ProductNew) -> Result<ProductPatch, Refused> {
    let mut checked = Checked::default();
    let patch = ProductPatch {
        code: Some(product.code),
        name: Some(checked.text("name", product.name, WORD)),
        minimum_version: Some(product.minimum_version.map(|text| version("minimum_version", &text)).transpose()?),
        features: Some(features(&mut checked, product.features)),
        offer: Some(offer(product.offer)),
    };
    checked.done()?;
    Ok(patch)
}

pub(crate) fn changed(product: admin::ProductPatch) -> Result<ProductPatch, Refused> {
    let mut checked = Checked::default();
    let patch = ProductPatch {
        code: None,
        name: checked.optional("name", product.name, WORD),
        minimum_version: product
            .minimum_version
            .map(|text| text.map(|text| version("minimum_version", &text)).transpose())
            .transpose()?,
        features: product.features.map(|given| features(&mut checked, given)),
        offer: product.offer.map(offer),
    };
    checked.done()?;
    Ok(patch)
}

fn features(checked: &mut Checked, features: Vec<admin::ProductFeature>) -> Vec<Feature> {
    let named = |(i, feature): (usize, admin::ProductFeature)| {
        let name = feature.name.unwrap_or_else(|| feature.code.clone());
        Feature { name: checked.text(&format!("features[{i}].name"), name, WORD), code: feature.code }
    };
    features.into_iter().enumerate().map(named).collect()
}

fn offer(offer: admin::ProductOffer) -> Offer {
    Offer { trial_days: offer.trial_days, education: offer.education }
}

pub(crate) fn product(product: Product) -> admin::Product {
    let feature = |feature: Feature| admin::ProductFeature { code: feature.code, name: Some(feature.name) };
    admin::Product {
        id: product.id.0,
        code: product.code,
        name: product.name,
        minimum_version: product.minimum_version.map(String::from),
        features: product.features.into_iter().map(feature).collect(),
        offer: admin::ProductOffer { trial_days: product.offer.trial_days, education: product.offer.education },
        created_at: product.created_at,
    }
}
