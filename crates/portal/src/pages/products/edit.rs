//! Entering a product and changing one.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::catalogue::{Feature, Offer, Product};
use seatkeeper_domain::decide::{ProductPatch, PutProduct};
use seatkeeper_domain::id::ProductId;
use seatkeeper_domain::version::Version;
use seatkeeper_service::Permission;
use serde::Deserialize;
use uuid::Uuid;

use crate::form::{Wrong, filled};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// Rows for features that are not there yet.
const MORE: usize = 3;
/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["code", "name", "minimum_version", "features", "offer.trial_days"];

/// The form as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    code: String,
    name: String,
    minimum_version: String,
    feature_code: Vec<String>,
    feature_name: Vec<String>,
    /// Days of a trial that visitors may begin; none where it is empty.
    trial_days: String,
    /// `yes` where education licences may be asked for.
    education: String,
    /// The revision that was read.
    revision: u64,
}

#[derive(Template)]
#[template(path = "products/edit.html")]
struct Page {
    shell: Shell,
    /// The product that is changed.
    changed: Option<Uuid>,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn about_the_code(&self) -> &'static str {
        match self.changed {
            Some(_) => "Programs that carry the old code find no licence any more.",
            None => "Your programs carry it: a-z, 0-9, - _ and dots.",
        }
    }
}

impl Filled {
    fn of(product: &Product) -> Self {
        Self {
            code: product.code.clone(),
            name: product.name.clone(),
            minimum_version: product.minimum_version.as_ref().map(ToString::to_string).unwrap_or_default(),
            feature_code: product.features.iter().map(|feature| feature.code.clone()).collect(),
            feature_name: product.features.iter().map(|feature| feature.name.clone()).collect(),
            trial_days: product.offer.trial_days.map(|days| days.to_string()).unwrap_or_default(),
            education: if product.offer.education { "yes".to_owned() } else { String::new() },
            revision: product.revision,
        }
    }

    /// Codes and names of features, with room for more.
    fn features(&self) -> Vec<(&str, &str)> {
        let rows = self.feature_code.iter().zip(&self.feature_name).map(|(code, name)| (code.trim(), name.trim()));
        rows.filter(|row| *row != ("", "")).chain([("", ""); MORE]).collect()
    }

    fn patch(&self, wrong: &mut Wrong) -> ProductPatch {
        let version = filled(&self.minimum_version).map(|text| Version::parse(&text));
        if let Some(Err(why)) = &version {
            wrong.note("minimum_version", why.to_string());
        }
        let trial_days = filled(&self.trial_days).map(|text| text.parse());
        if let Some(Err(_)) = &trial_days {
            wrong.note("offer.trial_days", "must be a whole number");
        }
        let offer = Offer { trial_days: trial_days.and_then(Result::ok), education: self.education == "yes" };
        let feature = |(code, name): (&str, &str)| {
            let name = if name.is_empty() { code } else { name };
            Feature { code: code.to_owned(), name: name.to_owned() }
        };
        ProductPatch {
            code: Some(self.code.trim().to_owned()),
            name: Some(self.name.trim().to_owned()),
            minimum_version: Some(version.and_then(Result::ok)),
            features: Some(self.features().into_iter().filter(|row| *row != ("", "")).map(feature).collect()),
            offer: Some(offer),
        }
    }
}

fn page(visitor: &mut Visitor, changed: Option<Uuid>, form: Filled, wrong: Wrong) -> Page {
    let title = if changed.is_some() { "Change a product" } else { "Add a product" };
    Page { shell: Shell::of(visitor, "/products", title), changed, form, wrong }
}

/// The form for a new product.
pub(crate) async fn new(mut visitor: Visitor) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Catalogue)?;
    shown(&page(&mut visitor, None, Filled::default(), Wrong::default()))
}

/// Enters a product.
pub(crate) async fn add(State(portal): State<Portal>, visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    put(&portal, visitor, None, form).await
}

/// The form for changes.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<ProductId>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Catalogue)?;
    let product = portal.service.product(&visitor.admin, id).await?;
    shown(&page(&mut visitor, Some(id.0), Filled::of(&product), Wrong::default()))
}

/// Changes a product, unless somebody else did since the form was shown.
pub(crate) async fn save(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<ProductId>,
    Form(form): Form<Filled>,
) -> Answer {
    put(&portal, visitor, Some(id), form).await
}

async fn put(portal: &Portal, mut visitor: Visitor, changed: Option<ProductId>, form: Filled) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Catalogue)?;
    let mut wrong = Wrong::default();
    let what = PutProduct {
        id: changed.unwrap_or_else(|| portal.service.draw()),
        new: changed.is_none(),
        patch: form.patch(&mut wrong),
        if_match: changed.map(|_| form.revision),
    };
    if wrong.is_empty() {
        match portal.service.office(&visitor.admin, None, what).await {
            Ok(_) => return done("/products", format!("{} is saved.", form.name.trim())),
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    again(&page(&mut visitor, changed.map(|id| id.0), form, wrong))
}
