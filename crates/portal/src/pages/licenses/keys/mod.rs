//! A licence's product keys: one for each site or group, shown again, changed, and replaced.

mod add;
mod change;
mod cut_offs;
mod list;
mod moves;
mod once;
mod reissue;
mod secret;

pub(crate) use moves::{COUNTED, Move, moves};

use crate::routes::{Table, action, page};

pub(super) fn table() -> Table {
    vec![
        page("/licenses/{id}/keys", list::list),
        page("/licenses/{id}/keys/new", add::form),
        action("/licenses/{id}/keys/new", add::add),
        page("/licenses/{id}/keys/{key}", change::form),
        action("/licenses/{id}/keys/{key}", change::save),
        page("/licenses/{id}/keys/{key}/show", secret::ask),
        action("/licenses/{id}/keys/{key}/show", secret::show),
        page("/licenses/{id}/keys/{key}/reissue", reissue::form),
        action("/licenses/{id}/keys/{key}/reissue", reissue::reissue),
    ]
}
