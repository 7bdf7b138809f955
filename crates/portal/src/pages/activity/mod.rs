//! Who did what: the audit trail.

mod chain;
mod list;
pub(super) mod said;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![
        page("/activity", list::list),
        page("/activity/chain", chain::chain),
        page("/activity/export/{kind}", list::export),
    ]
}
