//! What happened with one device or one person at work, newest first.

mod asked;
mod device;
mod told;
mod user;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/devices/{id}", device::device), page("/users/{id}", user::user)]
}
