//! The first page: what is owned, what is in use, and what needs somebody.

mod customer;
mod needs;
mod pools;
mod vendor;
mod waits;

use axum::extract::State;

use crate::portal::Portal;
use crate::routes::{Table, page};
use crate::shown::Answer;
use crate::visitor::Visitor;

pub(crate) fn table() -> Table {
    vec![page("/overview", overview)]
}

/// A customer's own, or the vendor's of all.
async fn overview(State(portal): State<Portal>, visitor: Visitor) -> Answer {
    if visitor.vendor() { vendor::overview(&portal, visitor).await } else { customer::overview(&portal, visitor).await }
}
