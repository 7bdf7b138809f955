//! One box for whatever somebody has in hand.

mod found;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/search", found::found)]
}
