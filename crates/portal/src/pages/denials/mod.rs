//! What was refused, and why.

mod list;
mod one;
pub(super) mod said;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/denials", list::list), page("/denials/export/{kind}", list::export), page("/denials/{id}", one::one)]
}
