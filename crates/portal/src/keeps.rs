//! The cookie that says who is signed in: no script and no other site reads it, and it goes to this server alone.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use seatkeeper_domain::account::SignIn;
use seatkeeper_service::NewSignIn;

use crate::flash::cookie;

const NAME: &str = "__Host-seatkeeper";

/// What the browser is told to keep.
pub(crate) struct Keeps(String);

impl Keeps {
    /// A sign-in, or half of one.
    pub(crate) fn sign_in(new: &NewSignIn) -> Self {
        let age = if new.complete { SignIn::MOST_SECONDS } else { SignIn::HALF_SECONDS };
        Self(format!("{NAME}={}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax", new.cookie))
    }

    /// Nothing any more.
    pub(crate) fn nothing() -> Self {
        Self(format!("{NAME}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"))
    }
}

impl IntoResponseParts for Keeps {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Ok(cookie) = HeaderValue::from_str(&self.0) {
            parts.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}

/// What the browser keeps.
pub(crate) fn kept(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, NAME)
}
