//! How much was used, by whom, what was refused, and how many seats would be enough.

mod asked;
mod chart;
mod file;
mod heat;
mod page;
mod report;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/reports", page::reports), page("/reports/export/{kind}", file::export)]
}
