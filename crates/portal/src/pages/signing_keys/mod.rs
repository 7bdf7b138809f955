//! The keys with which this server signs: which signs now, which comes next, and letting it.

mod act;
mod list;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/signing-keys", list::list),
        page("/signing-keys/add", act::ask_add),
        action("/signing-keys/add", act::add),
        page("/signing-keys/promote", act::ask_promote),
        action("/signing-keys/promote", act::promote),
    ]
}
