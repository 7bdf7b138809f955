//! The vendor's customers: found, looked at, entered and changed. For customers' own people there are no such pages.

mod edit;
mod estate;
mod form;
mod list;
mod one;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/customers", list::list),
        page("/customers/new", edit::new),
        action("/customers/new", edit::add),
        page("/customers/{id}", one::customer),
        page("/customers/{id}/edit", edit::edit),
        action("/customers/{id}/edit", edit::save),
    ]
}
