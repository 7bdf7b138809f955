//! What every answer has, whatever it is: a request id, headers that browsers obey, one shape of refusal, a line in the
//! log. Knows no handler. Logs no header, no body and no query, since secrets travel in them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_protocol::paths::{PROBLEM_JSON, REQUEST_ID};

use crate::app::App;
use crate::problem::Refused;

/// Answers within a time, or says that it cannot. What was accepted is still done.
pub(crate) async fn within(State(time): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refused::unavailable("The server did not answer in time. What was asked for may still be done.")
            .into_response(),
    }
}

/// Wraps every answer.
pub(crate) async fn envelope(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (id, begun) = (request_id(), Instant::now());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());
    let mut response = written(next.run(request).await, &id.0, &app);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    for (name, value) in BROWSERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    if status == 500 {
        // Whoever met it reads the id; what it was is said where it was met.
        tracing::error!(request = %id, %method, path, "answered with a fault of the server");
    }
    tracing::debug!(request = %id, %method, path, status, micros = took.as_micros() as u64, "answered");
    measured(&method, route.as_ref(), status, took);
    response
}

/// Methods that are counted by their names.
const KNOWN: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// Headers of every answer that does not set them itself.
const BROWSERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Gives a refusal its words; also one of the framework's own, such as 405, whose headers it keeps.
fn written(mut response: Response, id: &str, app: &App) -> Response {
    let refused = response.extensions_mut().remove::<Refused>();
    let status = response.status();
    let ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    let refused = match refused {
        Some(refused) => refused,
        None if (status.is_client_error() || status.is_server_error()) && !ours => Refused::of_status(status),
        None => return response,
    };
    let mut problem = refused.written(id, app.service.now());
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    problem
}

/// A request id unlike any other of this process, and in all likelihood of any before it.
pub fn request_id() -> RequestId {
    static PROCESS: LazyLock<u32> = LazyLock::new(|| RandomState::new().build_hasher().finish() as u32);
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    RequestId(format!("{:08x}-{:x}", *PROCESS, NUMBER.fetch_add(1, Ordering::Relaxed)))
}

fn measured(method: &Method, route: Option<&MatchedPath>, status: u16, took: Duration) {
    // By route and not by path, and by methods that there are: strangers invent both, and each label is kept for ever.
    let Some(route) = route else { return };
    let method = if KNOWN.contains(method) { method.as_str() } else { "other" };
    let labels = [("method", method.to_owned()), ("route", route.as_str().to_owned()), ("status", status.to_string())];
    metrics::histogram!("seatkeeper_http_seconds", &labels).record(took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_hangs_is_not_waited_for() {
        let hangs = Router::new().route("/", get(std::future::pending::<()>));
        let router = hangs.layer(from_fn_with_state(Duration::from_secs(30), within));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), 503);
        assert!(response.extensions().get::<Refused>().is_some());
    }
}
