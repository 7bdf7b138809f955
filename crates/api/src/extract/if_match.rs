//! `If-Match` and `ETag`: a thing's revision, so that nobody overwrites a change they have not read.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use seatkeeper_protocol::Code;
use serde::Serialize;

use crate::problem::Refused;

/// The revision that the thing must have; none where the caller does not care.
pub(crate) struct IfMatch(pub(crate) Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let revision = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')?.parse().ok());
        let wrong = || Refused::new(Code::MalformedRequest, "If-Match takes one ETag as it was given, or *.");
        Ok(Self(Some(revision.ok_or_else(wrong)?)))
    }
}

/// A thing as an answer, its revision as `ETag`.
pub(crate) struct Tagged<T> {
    pub(crate) revision: u64,
    pub(crate) thing: T,
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let etag = format!("\"{}\"", self.revision);
        ([(header::ETAG, etag)], Json(self.thing)).into_response()
    }
}
