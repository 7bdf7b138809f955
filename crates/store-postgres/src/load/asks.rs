//! What visitors asked for, with its product.

use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use tokio_postgres::Row;

use super::first::{Asking, take_product};
use super::ids;
use crate::link::params;
use crate::row::Result;
use crate::rows::ask::{self, asks};
use crate::rows::catalogue::products;

const PRODUCTS_OF_ASKS: &str = concat!(
    "SELECT found.* FROM asks k CROSS JOIN LATERAL (",
    products!("WHERE p.id = k.product LIMIT 1"),
    ") AS found WHERE k.id = ANY($1)"
);
const PRODUCTS_FROM: &str = concat!(
    "SELECT found.* FROM asks k CROSS JOIN LATERAL (",
    products!("WHERE p.id = k.product LIMIT 1"),
    ") AS found WHERE k.mailbox = ANY($1)"
);

/// Whether any are named.
pub(super) fn named(needs: &Needs) -> bool {
    !needs.asks.is_empty() || !needs.asks_from.is_empty()
}

pub(super) fn asks(needs: &Needs, asking: &mut Asking) {
    if !needs.asks.is_empty() {
        asking.ask(asks!("WHERE k.id = ANY($1)"), params![ids(&needs.asks)], take);
        asking.ask(PRODUCTS_OF_ASKS, params![ids(&needs.asks)], take_product);
    }
    if !needs.asks_from.is_empty() {
        let from: Vec<String> = needs.asks_from.iter().cloned().collect();
        asking.ask(asks!("WHERE k.mailbox = ANY($1)"), params![from.clone()], take);
        asking.ask(PRODUCTS_FROM, params![from], take_product);
    }
}

fn take(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = ask::ask(row)?;
    ledger.asks.load(row.id, row);
    Ok(())
}
