//! A sentence that survives one redirect, in a cookie that no script and no other site can read or set.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const NAME: &str = "__Host-said";
const GONE: &str = "__Host-said=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax";
/// Browsers keep cookies of four kilobytes; three letters for each byte, and room for the rest.
const MOST: usize = 1_200;

/// What was done, to be told on the page that is shown next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flash(pub(crate) Option<String>);

impl Flash {
    /// Says this on the next page.
    pub(crate) fn says(said: impl Into<String>) -> Self {
        Self(Some(said.into()))
    }
}

/// Once a page has told it, it is told no more.
pub(crate) fn forget(asked: &HeaderMap, answered: &mut HeaderMap) {
    let page = answered.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page && cookie(asked, NAME).is_some() && !answered.contains_key(header::SET_COOKIE) {
        answered.append(header::SET_COOKIE, HeaderValue::from_static(GONE));
    }
}

impl IntoResponseParts for Flash {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let said = self.0.unwrap_or_default();
        let text: String = said.chars().take(MOST / 4).collect();
        let age = if text.is_empty() { 0 } else { 60 };
        let text = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        let cookie = format!("{NAME}={text}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            parts.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Flash {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let said = cookie(&parts.headers, NAME);
        Ok(Self(said.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned())))
    }
}

/// A cookie's value as it was sent.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("x__Host-said=1; __Host-said=a%20b"));
        assert_eq!(cookie(&headers, NAME), Some("a%20b"));
        assert_eq!(cookie(&headers, "said"), None);
    }
}
