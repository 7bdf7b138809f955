//! Who holds seats, and giving a seat back for somebody.

mod all;
mod file;
mod list;
mod release;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/sessions", list::list),
        page("/sessions/export/{kind}", file::export),
        page("/sessions/release", release::ask),
        action("/sessions/release", release::release),
        page("/sessions/release/all", all::ask),
        action("/sessions/release/all", all::release),
    ]
}
