//! `seatkeeper product …`: the catalogue.

use clap::{Args, Subcommand};
use seatkeeper_protocol::admin::{Product, ProductFeature, ProductNew, ProductOffer, ProductPatch};

use super::{Desk, Length, Listing, Names, Verb};
use crate::arguments::{product_feature, shown_instant};
use crate::out::details;

/// What can be done to products.
#[derive(Debug, Subcommand)]
pub(crate) enum ProductVerb {
    /// Put a product into the catalogue
    Add(Add),
    /// List the products
    List(Length),
    /// Show a product
    Show {
        /// Its code
        product: String,
    },
    /// Change a product
    ///
    /// What is given takes the place of what was before; an empty word ('') is none. What is not given stays.
    Change(Change),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The code that programs and licences name it by; it never changes
    code: String,
    /// The name people know it by
    #[arg(long)]
    name: String,
    /// The oldest version of the program that may use it, such as 16 [default: any]
    #[arg(long, value_name = "VERSION")]
    minimum_version: Option<String>,
    /// A feature that licences may switch on; repeat it for more
    #[arg(long = "feature", value_name = "CODE[=NAME]", value_parser = product_feature)]
    features: Vec<ProductFeature>,
    #[command(flatten)]
    offer: Offer,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Its code
    product: String,
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// Another oldest version, or `any`
    #[arg(long, value_name = "VERSION")]
    minimum_version: Option<String>,
    /// All the features, in place of those before; repeat it for more
    #[arg(long = "feature", value_name = "CODE[=NAME]", value_parser = product_feature)]
    features: Option<Vec<ProductFeature>>,
    #[command(flatten)]
    offer: Offer,
}

/// What visitors may ask for themselves.
#[derive(Debug, Args)]
struct Offer {
    /// Let visitors begin a trial of so many days themselves, or `0` for none
    #[arg(long, value_name = "DAYS")]
    trial_days: Option<u32>,
    /// Let visitors ask for education licences, or `false`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    education: Option<bool>,
}

impl Offer {
    /// What was offered before, with what is said here.
    fn over(&self, before: ProductOffer) -> ProductOffer {
        let trial_days = self.trial_days.map_or(before.trial_days, |days| Some(days).filter(|days| *days > 0));
        ProductOffer { trial_days, education: self.education.unwrap_or(before.education) }
    }

    fn said(&self) -> bool {
        self.trial_days.is_some() || self.education.is_some()
    }
}

impl Verb for ProductVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        match self {
            ProductVerb::Add(add) => {
                let new = ProductNew {
                    code: add.code.clone(),
                    name: add.name.clone(),
                    minimum_version: add.minimum_version.clone(),
                    features: add.features.clone(),
                    offer: add.offer.over(ProductOffer::default()),
                };
                desk.show(&client.post("/v1/products", &new)?, shown)
            }
            ProductVerb::List(length) => {
                let head = &["code", "name", "from version", "features"];
                let none = "There are no products yet: `seatkeeper product add CODE --name NAME` enters one.";
                desk.list(&Listing { path: "/v1/products", query: &[], head, of: None, none }, length, row)
            }
            ProductVerb::Show { product } => {
                let id = client.product(product)?.id;
                desk.show(&client.get(&format!("/v1/products/{id}"), &[])?, shown)
            }
            ProductVerb::Change(change) => {
                let before = client.product(&change.product)?;
                let patch = ProductPatch {
                    name: change.name.clone(),
                    minimum_version: change.minimum_version.clone().map(|v| Some(v).filter(|v| v != "any")),
                    features: change
                        .features
                        .clone()
                        .map(|all| all.into_iter().filter(|one| !one.code.is_empty()).collect()),
                    offer: change.offer.said().then(|| change.offer.over(before.offer)),
                };
                desk.show(&client.patch(&format!("/v1/products/{}", before.id), &patch)?, shown)
            }
        }
    }
}

fn row(product: &Product, _: &Names) -> Vec<String> {
    let version = product.minimum_version.clone().unwrap_or_else(|| "any".to_owned());
    let codes: Vec<&str> = product.features.iter().map(|feature| feature.code.as_str()).collect();
    vec![product.code.clone(), product.name.clone(), version, codes.join(" ")]
}

fn shown(product: Product) -> String {
    let features = product.features.iter().map(|feature| match &feature.name {
        Some(name) => format!("{} ({name})", feature.code),
        None => feature.code.clone(),
    });
    let features: Vec<String> = features.collect();
    details(&[
        ("code", Some(product.code)),
        ("name", Some(product.name)),
        ("from version", Some(product.minimum_version.unwrap_or_else(|| "any".to_owned()))),
        ("features", Some(features.join(", ")).filter(|list| !list.is_empty())),
        ("trial", product.offer.trial_days.map(|days| format!("{days} days, for whoever asks"))),
        ("education", product.offer.education.then(|| "may be asked for".to_owned())),
        ("since", Some(shown_instant(product.created_at))),
        ("id", Some(product.id.to_string())),
    ])
}
