//! Who holds seats, and giving a seat back for somebody.

mod list;
mod release;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/sessions", list::list),
        page("/sessions/release", release::ask),
        action("/sessions/release", release::release),
    ]
}
