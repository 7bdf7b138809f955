//! The stage: what the vendor enters and issues before anybody comes, and the playbill that says what there is to see.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use jiff::SignedDuration;
use seatkeeper_protocol::admin::{
    Customer, CustomerNew, LicenseIssued, LicenseNew, LicensePatch, PolicyPatch, ProductFeature, ProductNew, Role,
    Term, TokenIssued, TokenNew,
};
use seatkeeper_protocol::{Model, paths};
use serde::Deserialize;
use uuid::Uuid;

use super::cast::{PRODUCTS, SALES, SURVEYORS, Sale};
use crate::admin::client::Client;
use crate::wall::wall_clock;

/// Everything that was set up.
pub(super) struct Stage {
    /// Where the server is.
    pub(super) url: String,
    /// The vendor's root key, which programs carry.
    pub(super) root_key: String,
    customers: BTreeMap<&'static str, Uuid>,
    licenses: Vec<(Sale, Issued)>,
    token: String,
}

/// A licence that was issued.
pub(super) struct Issued {
    pub(super) id: Uuid,
    pub(super) serial_number: String,
    pub(super) product_key: String,
}

impl Stage {
    /// Enters products and customers and issues what they bought, as an administrator would.
    pub(super) fn set(office: &Client, url: &str) -> anyhow::Result<Self> {
        for sold in PRODUCTS {
            let features = sold.features.iter().map(|(code, name)| feature(code, name)).collect();
            let (code, name) = (sold.code.to_owned(), sold.name.to_owned());
            office.post(
                "/v1/products",
                &ProductNew { code, name, minimum_version: Some("16".to_owned()), features, offer: sold.offer },
            )?;
        }
        let mut customers: BTreeMap<&'static str, Uuid> = BTreeMap::new();
        let mut licenses = Vec::new();
        for (number, sale) in SALES.iter().enumerate() {
            let id = match customers.get(sale.customer) {
                Some(id) => *id,
                None => Customer::deserialize(office.post("/v1/customers", &customer(sale.customer, number))?)?.id,
            };
            customers.insert(sale.customer, id);
            licenses.push((*sale, issue(office, sale, id)?));
        }
        let new = TokenNew { label: "demo".to_owned(), role: Role::Admin, customer_id: None, expires_at: None };
        let token = TokenIssued::deserialize(office.post("/v1/tokens", &new)?)?.secret.expose().to_owned();
        let root_key =
            office.get(paths::JWKS, &[])?["root"]["x"].as_str().context("the server shows no root key")?.to_owned();
        Ok(Self { url: url.to_owned(), root_key, customers, licenses, token })
    }

    /// Lends the players' seats for shorter times than in life, so that a minute is enough to see one come back.
    pub(super) fn quicken(&self, office: &Client) -> anyhow::Result<()> {
        let quick = PolicyPatch {
            lease_seconds: Some(60),
            refresh_seconds: Some(10),
            grace_seconds: Some(300),
            ..PolicyPatch::default()
        };
        let patch = LicensePatch { policy: Some(quick), ..LicensePatch::default() };
        for (_, license) in self.licenses.iter().filter(|(sale, _)| *sale != SURVEYORS) {
            office.patch(&format!("/v1/licenses/{}", license.id), &patch)?;
        }
        Ok(())
    }

    /// What was issued for a sale.
    pub(super) fn license(&self, sale: &Sale) -> &Issued {
        let found = self.licenses.iter().find(|(sold, _)| sold == sale);
        &found.expect("the stage issues every sale").1
    }

    /// A customer's id.
    pub(super) fn customer(&self, name: &str) -> Uuid {
        *self.customers.get(name).expect("the stage enters every customer")
    }

    /// Where to look and what to try; `accounts` says who may sign in.
    pub(super) fn playbill(&self, data: &Path, seconds: Option<u64>, accounts: &str) -> anyhow::Result<String> {
        let program = std::env::args().next().unwrap_or_else(|| "seatkeeper".to_owned());
        let pool = self.license(&super::cast::BRAUN);
        let ends =
            seconds.map_or_else(|| "Ctrl-C ends it".to_owned(), |seconds| format!("it ends after {seconds} seconds"));
        Ok(format!(
            "\
A vendor of drawing software, three customers, and their people at work. It is all real: server, programs, seats; {ends}.

  Alpha Bau        10 people share 7 seats of Planner, 8 others 6 seats of Survey, which some forget to give back
  Braun & Partner   5 people share 3 seats of Planner
  Civic Surveys     3 people share 2 seats of Planner; Hugo has Survey for himself, on one device at a time

Open {url} in a browser and sign in:

{accounts}
  trial    {url}/trial   anybody may try Planner; the mails lie in {data}/mail
  API      {url}/docs
  token    {token}   (admin)
  books    {data}

Or try it from another terminal:

  export SEATKEEPER_URL={url} SEATKEEPER_TOKEN={token}
  {program} license list
  {program} session list --customer 'Alpha Bau'
  {program} denial list
  SEATKEEPER_PRODUCT_KEY={key} {program} run --serial {serial} --product planner --program-version 16 -- sleep 20
",
            url = self.url,
            token = self.token,
            data = data.display(),
            key = pool.product_key,
            serial = pool.serial_number,
        ))
    }
}

fn feature(code: &str, name: &str) -> ProductFeature {
    ProductFeature { code: code.to_owned(), name: Some(name.to_owned()) }
}

fn customer(name: &str, number: usize) -> CustomerNew {
    CustomerNew {
        name: name.to_owned(),
        external_id: Some(format!("C-{}", 1001 + number)),
        metadata: BTreeMap::new(),
        contacts: Vec::new(),
        locale: None,
        time_zone: None,
    }
}

fn issue(office: &Client, sale: &Sale, customer_id: Uuid) -> anyhow::Result<Issued> {
    let year = SignedDuration::from_hours(365 * 24);
    let new = LicenseNew {
        customer_id,
        product: sale.product.to_owned(),
        model: if sale.seats.is_some() { Model::Concurrent } else { Model::SingleUser },
        seats: sale.seats,
        grants: None,
        features: None,
        term: Term::Subscription { expires_at: wall_clock() + year },
        policy: PolicyPatch::default(),
        external_id: None,
        metadata: BTreeMap::new(),
    };
    let issued = LicenseIssued::deserialize(office.post("/v1/licenses", &new)?)?;
    Ok(Issued {
        id: issued.license.id,
        serial_number: issued.license.serial_number,
        product_key: issued.product_key.expose().to_owned(),
    })
}
