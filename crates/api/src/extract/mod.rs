//! What a handler is handed: parsed, bounded, and already authenticated. A handler that takes an [`Admin`] or a
//! [`Program`] cannot be reached without one.

mod address;
mod admin;
mod body;
mod called;
pub(crate) mod cursor;
mod if_match;
mod path;
mod posted;
mod program;

pub(crate) use address::Address;
pub use address::client_address;
pub(crate) use admin::{Admin, Watcher};
pub(crate) use body::{Body, Nothing, Unread};
pub(crate) use called::Called;
pub(crate) use cursor::{listed, page};
pub(crate) use if_match::{IfMatch, Tagged};
pub(crate) use path::{Path, Query};
pub(crate) use posted::Posted;
pub(crate) use program::Program;

use axum::http::{HeaderMap, header};

/// The token of an `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
