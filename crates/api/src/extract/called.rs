//! What the request is called, for what is written down of it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use seatkeeper_domain::denial::RequestId;

use crate::app::App;
use crate::envelope::request_id;

/// The request's id, as the answer tells it.
pub(crate) struct Called(pub(crate) RequestId);

impl FromRequestParts<App> for Called {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        // The envelope stands around every handler.
        Ok(Self(parts.extensions.get::<RequestId>().cloned().unwrap_or_else(request_id)))
    }
}
