//! Bringing in customers and licences from a file: checked, looked over, applied in the background, and their product keys to keep.

mod keys;
mod new;
mod one;
mod sent;
mod template;

use axum::extract::DefaultBodyLimit;
use seatkeeper_service::Permission;

use crate::refused::Refused;
use crate::routes::{Table, action, page};
use crate::visitor::Visitor;

/// What a file may hold, in bytes: five thousand licences, and room. Sent once more as a form, with every other letter escaped, it
/// is three times as long.
const MOST: usize = 2 * 1024 * 1024;

pub(crate) fn table() -> Table {
    let (route, send) = action("/imports", new::send);
    vec![
        page("/imports", new::form),
        (route, send.layer(DefaultBodyLimit::max(3 * MOST))),
        page("/imports/template", template::file),
        page("/imports/{id}", one::one),
        page("/imports/{id}/keys", keys::ask),
        action("/imports/{id}/keys", keys::show),
    ]
}

/// Refuses whoever does not sell.
fn allowed(visitor: &Visitor) -> Result<(), Refused> {
    visitor.vendor_only()?;
    Ok(visitor.admin.may(Permission::Sell)?)
}
