//! Products and customers.

use seatkeeper_domain::catalogue::{Customer, FreePage, Product};
use seatkeeper_domain::version::Version;
use seatkeeper_store::code::{micros, stored};
use serde_json::json;
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! products {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.code, p.name, p.minimum_version, p.features, p.offer, p.revision, p.created_at \
             FROM products p ",
            $rest
        )
    };
}
pub(crate) use products;

macro_rules! customers {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.name, c.external_id, c.metadata, c.contacts, c.locale, c.time_zone, c.revision, \
             c.created_at, c.chain_length, c.chain_hash, c.free_page_since, c.free_page_shut_at FROM customers c ",
            $rest
        )
    };
}
pub(crate) use customers;

pub(crate) fn product(row: &Row) -> Result<Product> {
    let mut columns = Columns::of(row);
    Ok(Product {
        id: columns.id()?,
        code: columns.get()?,
        name: columns.get()?,
        minimum_version: {
            let text: Option<&str> = columns.get()?;
            text.map(Version::parse).transpose().map_err(|_| columns.wrong("no version"))?
        },
        features: columns.json()?,
        offer: columns.json()?,
        revision: columns.count()?,
        created_at: columns.at()?,
    })
}

pub(crate) fn customer(row: &Row) -> Result<Customer> {
    let mut columns = Columns::of(row);
    Ok(Customer {
        id: columns.id()?,
        name: columns.get()?,
        external_id: columns.get()?,
        metadata: columns.json()?,
        contacts: columns.json()?,
        locale: columns.get()?,
        time_zone: columns.get()?,
        revision: columns.count()?,
        created_at: columns.at()?,
        chain: columns.chain()?,
        free_page: {
            let (since, shut_at) = (columns.maybe_at()?, columns.maybe_at()?);
            since.map(|since| FreePage { since, shut_at })
        },
    })
}

pub(crate) const WRITE_PRODUCTS: &str = "INSERT INTO products (id, code, name, minimum_version, features, offer, \
     revision, created_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, \
         minimum_version = excluded.minimum_version, features = excluded.features, offer = excluded.offer, \
         revision = excluded.revision";

pub(crate) fn product_parameters(rows: &[&Product]) -> Parameters {
    params![
        column(rows, |p| p.id.0),
        column(rows, |p| p.code.clone()),
        column(rows, |p| p.name.clone()),
        column(rows, |p| p.minimum_version.as_ref().map(|version| version.as_str().to_owned())),
        column(rows, |p| json!(p.features).to_string()),
        column(rows, |p| json!(p.offer).to_string()),
        column(rows, |p| p.revision.cast_signed()),
        column(rows, |p| stored(p.created_at)),
    ]
}

pub(crate) const WRITE_CUSTOMERS: &str = "INSERT INTO customers (id, name, external_id, metadata, contacts, locale, \
     time_zone, revision, created_at, chain_length, chain_hash, free_page_since, free_page_shut_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS BIGINT[]), CAST($9 AS BIGINT[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BYTEA[]), CAST($12 AS BIGINT[]), CAST($13 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, external_id = excluded.external_id, \
         metadata = excluded.metadata, contacts = excluded.contacts, locale = excluded.locale, \
         time_zone = excluded.time_zone, revision = excluded.revision, chain_length = excluded.chain_length, \
         chain_hash = excluded.chain_hash, free_page_since = excluded.free_page_since, free_page_shut_at = excluded.free_page_shut_at";

pub(crate) fn customer_parameters(rows: &[&Customer]) -> Parameters {
    params![
        column(rows, |c| c.id.0),
        column(rows, |c| c.name.clone()),
        column(rows, |c| c.external_id.clone()),
        column(rows, |c| json!(c.metadata).to_string()),
        column(rows, |c| json!(c.contacts).to_string()),
        column(rows, |c| c.locale.clone()),
        column(rows, |c| c.time_zone.clone()),
        column(rows, |c| c.revision.cast_signed()),
        column(rows, |c| stored(c.created_at)),
        column(rows, |c| c.chain.length.cast_signed()),
        column(rows, |c| c.chain.hash.to_vec()),
        column(rows, |c| micros(c.free_page.map(|page| page.since))),
        column(rows, |c| micros(c.free_page.and_then(|page| page.shut_at))),
    ]
}
