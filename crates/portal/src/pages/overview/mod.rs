//! The first page: what is owned, what is in use, and what needs somebody.

mod customer;
mod needs;
mod pools;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/overview", customer::overview)]
}
