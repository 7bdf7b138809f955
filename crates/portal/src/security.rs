//! What stands around every page, whatever it is: headers that browsers obey, posts from elsewhere refused, a bound on what is
//! sent and on how long it takes, a line in the log. Logs no query and no form, since secrets travel in them.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::flash::forget;
use crate::portal::Portal;
use crate::refused::{Refused, unread};

/// How long a page may take to begin.
const TIME: Duration = Duration::from_secs(30);
/// What a form may hold, in bytes. An import brings its own bound.
const FORM: usize = 256 * 1024;

/// Nothing from elsewhere, nothing inline, nobody's frame.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Puts the guards around the pages.
pub(crate) fn guarded(pages: Router<Portal>, portal: &Portal) -> Router<Portal> {
    let elsewhere = CsrfLayer::new().with_rejection_response(from_elsewhere as fn(ProtectionError) -> Response);
    pages
        .layer(map_response(unread))
        .layer(from_fn(within))
        .layer(elsewhere)
        .layer(DefaultBodyLimit::max(FORM))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Refused::internal(&"a page panicked").into_response()
        }))
        .layer(from_fn_with_state(portal.clone(), envelope))
}

async fn envelope(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (id, begun) = ((portal.options.request_id)(), Instant::now());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned()).unwrap_or_default();
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    forget(&asked, response.headers_mut());
    guard(&mut response);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    tracing::debug!(request = id, %method, route, status, micros = took.as_micros() as u64, "page answered");
    let labels = [("method", counted(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("seatkeeper_http_seconds", &labels).record(took.as_secs_f64());
    response
}

/// The name that a method is counted by: strangers invent others, and each is kept for ever.
fn counted(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// Gives an answer the headers that it has not set itself.
pub(crate) fn guard(response: &mut Response) {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
}

async fn within(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refused::away().into_response(),
    }
}

/// A form that another site sent in the visitor's name.
fn from_elsewhere(_: ProtectionError) -> Response {
    Refused::elsewhere().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen red when a method is counted by whatever it calls itself.
    #[test]
    fn a_method_that_somebody_invented_is_counted_as_another() {
        let invented = Method::from_bytes(b"INVENTED-4711").unwrap();
        assert_eq!([Method::GET, Method::POST, invented].map(|method| counted(&method)), ["GET", "POST", "other"]);
    }
}
