//! Products, customers, tokens and signing keys.

use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::id::{CustomerId, ProductId, TokenId};
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use seatkeeper_store::read::{Listed, Page, Scope};

use super::scoped::Table;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::Result;
use crate::rows::catalogue::{self, customers, products};
use crate::rows::token::{self, tokens};

const CUSTOMERS: Table = Table { select: customers!(""), customer: "c.id", id: "c.id" };
/// The catalogue and the tokens are the vendor's: they are asked for in the vendor's scope only.
const PRODUCTS: Table = Table { select: products!(""), customer: "NULL", id: "p.id" };
const TOKENS: Table = Table { select: tokens!(""), customer: "NULL", id: "t.id" };

pub(super) fn product(at: &Transaction, id: ProductId) -> Result<Option<Product>> {
    PRODUCTS.within(Scope::Vendor).one(at, id.0, catalogue::product)
}

pub(super) fn products(at: &Transaction, page: Page) -> Result<Listed<Product>> {
    PRODUCTS.within(Scope::Vendor).page(at, page, catalogue::product, |p| p.id.0)
}

pub(super) fn customer(at: &Transaction, scope: Scope, id: CustomerId) -> Result<Option<Customer>> {
    CUSTOMERS.within(scope).one(at, id.0, catalogue::customer)
}

pub(super) fn customers(
    at: &Transaction,
    scope: Scope,
    external_id: Option<&str>,
    page: Page,
) -> Result<Listed<Customer>> {
    let named = CUSTOMERS.within(scope).and_if("c.external_id = ?", external_id.map(str::to_owned));
    named.page(at, page, catalogue::customer, |c| c.id.0)
}

/// A token, for whoever presents it.
pub(super) fn token(at: &Transaction, id: TokenId) -> Result<Option<Token>> {
    at.one(tokens!("WHERE t.id = $1"), params![id.0], token::token)
}

pub(super) fn tokens(at: &Transaction, page: Page) -> Result<Listed<Token>> {
    TOKENS.within(Scope::Vendor).page(at, page, token::token, |t| t.id.0)
}

pub(super) fn signing_keys(at: &Transaction) -> Result<Vec<SigningKey>> {
    at.all(token::SIGNING_KEYS, params![], token::signing_key)
}
