//! Issuing a licence: one page from what was sold to the serial number and product key, ready to be copied or mailed.

mod choose;
mod form;
mod issued;
mod policy;
mod sell;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/issue", choose::choose),
        page("/customers/{id}/issue", sell::ask),
        action("/customers/{id}/issue", sell::issue),
    ]
}
