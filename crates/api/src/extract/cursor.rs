//! Lists in parts: how many, and from where. A cursor is what the list gave; what is in it is nobody's business.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_protocol::admin::List;
use seatkeeper_protocol::paths::MAX_PAGE;
use seatkeeper_service::read::{Listed, Page};
use uuid::Uuid;

use crate::problem::Refused;

const DEFAULT: u32 = 50;

/// The part of a list that is asked for.
pub(crate) fn page(cursor: Option<&str>, limit: Option<u32>) -> Result<Page, Refused> {
    let after = cursor.map(|text| bytes(text).and_then(|bytes| Uuid::from_slice(&bytes).ok()).ok_or_else(not_ours));
    Ok(Page { after: after.transpose()?, limit: self::limit(limit)? })
}

/// How many are asked for.
pub(crate) fn limit(limit: Option<u32>) -> Result<u32, Refused> {
    match limit {
        None => Ok(DEFAULT),
        Some(limit) if limit >= 1 && limit as usize <= MAX_PAGE => Ok(limit),
        Some(_) => Err(Refused::field("limit", format!("must be between 1 and {MAX_PAGE}"))),
    }
}

/// A part of a list as it travels.
pub(crate) fn listed<T, U>(listed: Listed<T>, item: impl FnMut(T) -> U) -> axum::Json<List<U>> {
    axum::Json(List {
        items: listed.items.into_iter().map(item).collect(),
        next_cursor: listed.next.map(|id| text(id.as_bytes())),
    })
}

/// A cursor of these bytes.
pub(crate) fn text(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of a cursor.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// The refusal of a cursor that no list gave.
pub(crate) fn not_ours() -> Refused {
    Refused::field("cursor", "must be one that this list gave")
}
