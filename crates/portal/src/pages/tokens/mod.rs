//! API tokens: what programs of the vendor's, or of a customer's, carry in place of a password.

mod list;
mod make;
mod revoke;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/tokens", list::list),
        page("/tokens/new", make::ask),
        action("/tokens/new", make::make),
        page("/tokens/{id}/revoke", revoke::ask),
        action("/tokens/{id}/revoke", revoke::revoke),
    ]
}
