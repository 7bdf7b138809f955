//! "Is a seat free?": a customer's pools in numbers, for its people who are signed in and, where an administrator of the
//! customer opened it, for whoever has the address. Names nobody, and shows no serial number and no key.

mod page;
mod said;
mod stranger;

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/free", page::page),
        action("/free/open", page::open),
        action("/free/shut", page::shut),
        page("/free/{address}", stranger::page),
    ]
}
