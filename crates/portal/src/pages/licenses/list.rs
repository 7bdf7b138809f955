//! What was sold: searched, filtered, and sorted by what ends soonest on wish.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::catalogue::Product;
use seatkeeper_domain::id::ProductId;
use seatkeeper_domain::license::Model;
use seatkeeper_service::Permission;
use seatkeeper_service::read::licenses::{self, FoundLicense, LicenseOrder, LicenseSearch};
use seatkeeper_service::read::{LicenseFilter, Page as Part};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::model;
use crate::form::filled;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, TermSaid, Usable};

/// Rows on a page.
const ROWS: u32 = 50;
/// Products in the filter at most; whoever has more looks for text.
const PRODUCTS: u32 = 200;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    product: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    order: String,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "licenses/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    /// Ids and names.
    products: Vec<(String, String)>,
    rows: Vec<Row>,
    /// The address of the next page.
    next: Option<String>,
    vendor: bool,
    may_sell: bool,
}

struct Row {
    id: Uuid,
    serial: String,
    product: String,
    customer: Option<(Uuid, String)>,
    model: &'static str,
    seats: String,
    features: String,
    term: TermSaid,
    usable: Usable,
}

impl Asked {
    pub(super) fn search(&self) -> LicenseSearch {
        LicenseSearch {
            customer_id: None,
            product_id: self.product.parse::<Uuid>().ok().map(ProductId),
            model: match self.model.as_str() {
                "pool" => Some(Model::Concurrent),
                "single" => Some(Model::SingleUser),
                _ => None,
            },
            text: filled(&self.q),
            usable: match self.status.as_str() {
                "active" => Some(licenses::Usable::Active),
                "ended" => Some(licenses::Usable::Ended),
                "suspended" => Some(licenses::Usable::Suspended),
                "revoked" => Some(licenses::Usable::Revoked),
                _ => None,
            },
            order: if self.order == "ends" { LicenseOrder::EndsFirst } else { LicenseOrder::Newest },
        }
    }

    /// Whether anything is left out of the list.
    fn filtered(&self) -> bool {
        [&self.q, &self.product, &self.model, &self.status].iter().any(|field| !field.is_empty())
    }

    /// The address of the page after this id.
    fn after(&self, id: Uuid) -> String {
        format!("/licenses?after={id}{}", self.query())
    }

    /// The address of the same as a file.
    fn file(&self, kind: &str) -> String {
        format!("/licenses/export/{kind}?{}", self.query().trim_start_matches('&'))
    }

    /// What is asked, each with `&` before it.
    fn query(&self) -> String {
        let fields = [
            ("q", &self.q),
            ("product", &self.product),
            ("model", &self.model),
            ("status", &self.status),
            ("order", &self.order),
        ];
        let kept = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        kept.map(|(name, value)| format!("&{name}={}", encode(value))).collect()
    }
}

/// The licences.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let part = Part { after: asked.after, limit: ROWS };
    let found = portal.service.find_licenses(&visitor.admin, asked.search(), part).await?;
    let vendor = visitor.vendor();
    let products = products(&portal, &visitor).await?;
    let face = &visitor.face;
    shown(&Page {
        rows: found.items.into_iter().map(|found| Row::of(found, vendor, face)).collect(),
        next: found.next.map(|id| asked.after(id)),
        products,
        asked,
        vendor,
        may_sell: visitor.may(Permission::Sell),
        shell: Shell::live(&mut visitor, "/licenses", "Licences"),
    })
}

/// What the filter offers: the catalogue, or to a customer what it bought. What else is sold is not theirs to read.
async fn products(portal: &Portal, visitor: &Visitor) -> Result<Vec<(String, String)>, Refused> {
    let part = Part { after: None, limit: PRODUCTS };
    let products: Vec<Product> = match visitor.vendor() {
        true => portal.service.products(&visitor.admin, part).await?.items,
        false => {
            let bought = portal.service.licenses(&visitor.admin, LicenseFilter::default(), part).await?.items;
            bought.into_iter().map(|row| row.product).collect()
        }
    };
    let named: BTreeSet<(String, String)> =
        products.into_iter().map(|product| (product.name, product.id.to_string())).collect();
    Ok(named.into_iter().map(|(name, id)| (id, name)).collect())
}

impl Row {
    fn of(found: FoundLicense, vendor: bool, face: &Face) -> Self {
        let FoundLicense { row, customer } = found;
        let license = &row.license;
        let name = |code: &str| {
            row.product.features.iter().find(|f| f.code == code).map_or(code.to_owned(), |f| f.name.clone())
        };
        Self {
            id: license.id.0,
            serial: license.serial_number.clone(),
            product: row.product.name.clone(),
            customer: vendor.then_some((license.customer_id.0, customer)),
            model: model(license.model),
            seats: match (license.model, row.counters.devices) {
                (Model::Concurrent, _) => format!("{} of {}", row.counters.in_use, license.seats(face.now)),
                (Model::SingleUser, 0) => "not activated".to_owned(),
                (Model::SingleUser, _) => "activated".to_owned(),
            },
            features: license.features_at(face.now).map(|feature| name(&feature.code)).collect::<Vec<_>>().join(", "),
            term: TermSaid::of(license, face),
            usable: Usable::of(license, face),
        }
    }
}
