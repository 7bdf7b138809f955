//! Products, customers, tokens and signing keys.

use rusqlite::{Connection, Result};
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::id::{CustomerId, ProductId, TokenId};
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use seatkeeper_store::read::{Listed, Page, Scope};

use super::scoped::Table;
use crate::row::{all, one};
use crate::rows::catalogue::{self, customers, products};
use crate::rows::token::{self, tokens};

const CUSTOMERS: Table = Table { select: customers!(""), customer: "c.n", id: "c.id" };
/// The catalogue and the tokens are the vendor's: they are asked for in the vendor's scope only.
const PRODUCTS: Table = Table { select: products!(""), customer: "NULL", id: "p.id" };
const TOKENS: Table = Table { select: tokens!(""), customer: "NULL", id: "t.id" };

pub(super) fn product(conn: &Connection, id: ProductId) -> Result<Option<Product>> {
    PRODUCTS.within(Scope::Vendor).one(conn, id.0, catalogue::product)
}

pub(super) fn products(conn: &Connection, page: Page) -> Result<Listed<Product>> {
    PRODUCTS.within(Scope::Vendor).page(conn, page, catalogue::product, |p| p.id.0)
}

pub(super) fn customer(conn: &Connection, scope: Scope, id: CustomerId) -> Result<Option<Customer>> {
    CUSTOMERS.within(scope).one(conn, id.0, catalogue::customer)
}

pub(super) fn customers(
    conn: &Connection,
    scope: Scope,
    external_id: Option<&str>,
    page: Page,
) -> Result<Listed<Customer>> {
    let named = CUSTOMERS.within(scope).and_if("c.external_id = ?", external_id.map(str::to_owned));
    named.page(conn, page, catalogue::customer, |c| c.id.0)
}

/// A token, for whoever presents it.
pub(super) fn token(conn: &Connection, id: TokenId) -> Result<Option<Token>> {
    one(conn, tokens!("WHERE t.id = ?1"), (id.0.as_bytes(),), token::token)
}

pub(super) fn tokens(conn: &Connection, page: Page) -> Result<Listed<Token>> {
    TOKENS.within(Scope::Vendor).page(conn, page, token::token, |t| t.id.0)
}

pub(super) fn signing_keys(conn: &Connection) -> Result<Vec<SigningKey>> {
    all(conn, token::SIGNING_KEYS, (), token::signing_key)
}
