//! Products and customers.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::catalogue::{Customer, FreePage, Product};
use seatkeeper_domain::version::Version;
use serde_json::json;

use crate::row::{Columns, run};
use seatkeeper_store::code::{micros, stored};

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

pub(crate) fn product(row: &Row<'_>) -> Result<Product> {
    let mut columns = Columns::of(row);
    Ok(Product {
        id: columns.id()?,
        code: columns.get()?,
        name: columns.get()?,
        minimum_version: {
            let text: Option<String> = columns.get()?;
            text.map(|text| Version::parse(&text)).transpose().map_err(|_| columns.wrong("no version"))?
        },
        features: columns.json()?,
        offer: columns.json()?,
        revision: columns.u64()?,
        created_at: columns.at()?,
    })
}

pub(crate) fn customer(row: &Row<'_>) -> Result<Customer> {
    let mut columns = Columns::of(row);
    Ok(Customer {
        id: columns.id()?,
        name: columns.get()?,
        external_id: columns.get()?,
        metadata: columns.json()?,
        contacts: columns.json()?,
        locale: columns.get()?,
        time_zone: columns.get()?,
        revision: columns.u64()?,
        created_at: columns.at()?,
        chain: columns.chain()?,
        free_page: {
            let (since, shut_at) = (columns.maybe_at()?, columns.maybe_at()?);
            since.map(|since| FreePage { since, shut_at })
        },
    })
}

pub(crate) fn write_product(conn: &Connection, product: &Product) -> Result<usize> {
    run(
        conn,
        "INSERT INTO products (id, code, name, minimum_version, features, offer, revision, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name,
             minimum_version = excluded.minimum_version, features = excluded.features, offer = excluded.offer,
             revision = excluded.revision",
        (
            product.id.0.as_bytes(),
            &product.code,
            &product.name,
            product.minimum_version.as_ref().map(Version::as_str),
            json!(product.features).to_string(),
            json!(product.offer).to_string(),
            product.revision.cast_signed(),
            stored(product.created_at),
        ),
    )
}

pub(crate) fn write_customer(conn: &Connection, customer: &Customer) -> Result<usize> {
    run(
        conn,
        "INSERT INTO customers (id, name, external_id, metadata, contacts, locale, time_zone, revision, created_at,
             chain_length, chain_hash, free_page_since, free_page_shut_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, external_id = excluded.external_id,
             metadata = excluded.metadata, contacts = excluded.contacts, locale = excluded.locale,
             time_zone = excluded.time_zone, revision = excluded.revision, chain_length = excluded.chain_length,
             chain_hash = excluded.chain_hash, free_page_since = excluded.free_page_since, free_page_shut_at = excluded.free_page_shut_at",
        (
            customer.id.0.as_bytes(),
            &customer.name,
            &customer.external_id,
            json!(customer.metadata).to_string(),
            json!(customer.contacts).to_string(),
            &customer.locale,
            &customer.time_zone,
            customer.revision.cast_signed(),
            stored(customer.created_at),
            customer.chain.length.cast_signed(),
            customer.chain.hash,
            micros(customer.free_page.map(|page| page.since)),
            micros(customer.free_page.and_then(|page| page.shut_at)),
        ),
    )
}
