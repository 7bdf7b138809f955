//! What was sold to a customer, licence by licence: what it is, who uses it, its keys, and what may be changed about it.

mod blocks;
mod change;
mod confirm;
mod deploy;
mod devices;
mod features;
mod file;
mod frame;
mod held;
pub(crate) mod keys;
mod list;
mod notes;
mod one;
mod policy;
mod seats;
mod span;
mod status;
mod term;

use crate::routes::{Table, action, page};
pub(crate) use span::UNITS;

pub(crate) fn table() -> Table {
    let mut table = vec![
        page("/licenses", list::list),
        page("/licenses/export/{kind}", file::export),
        page("/licenses/{id}", one::license),
        page("/licenses/{id}/suspend", status::ask_suspend),
        action("/licenses/{id}/suspend", status::suspend),
        page("/licenses/{id}/resume", status::ask_resume),
        action("/licenses/{id}/resume", status::resume),
        page("/licenses/{id}/revoke", status::ask_revoke),
        action("/licenses/{id}/revoke", status::revoke),
        page("/licenses/{id}/seats", seats::edit),
        action("/licenses/{id}/seats", seats::save),
        page("/licenses/{id}/term", term::edit),
        action("/licenses/{id}/term", term::save),
        page("/licenses/{id}/features", features::edit),
        action("/licenses/{id}/features", features::save),
        page("/licenses/{id}/policy", policy::edit),
        action("/licenses/{id}/policy", policy::save),
        page("/licenses/{id}/notes", notes::edit),
        action("/licenses/{id}/notes", notes::save),
        page("/licenses/{id}/devices", devices::list),
        page("/licenses/{id}/held", held::held),
        page("/licenses/{id}/devices/{device}/end", devices::ask_end),
        action("/licenses/{id}/devices/{device}/end", devices::end),
        page("/licenses/{id}/blocks", blocks::list),
        action("/licenses/{id}/blocks", blocks::put),
        action("/licenses/{id}/blocks/{block}/lift", blocks::lift),
        page("/licenses/{id}/deploy", deploy::kit),
        page("/licenses/{id}/deploy/file", deploy::file),
        action("/licenses/{id}/deploy/file", deploy::file_with_key),
    ];
    table.extend(keys::table());
    table
}
