//! How the server is, in words that an administrator understands.

mod health;

use crate::routes::{Table, page};

pub(crate) fn table() -> Table {
    vec![page("/server", health::health)]
}
