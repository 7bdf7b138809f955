//! What the vendor sells: products with their features, and the earliest version that may use each.

mod edit;
mod list;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/products", list::list),
        page("/products/new", edit::new),
        action("/products/new", edit::add),
        page("/products/{id}", edit::edit),
        action("/products/{id}", edit::save),
    ]
}
