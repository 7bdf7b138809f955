//! The server about itself: alive, ready, measured, and the keys that its documents are verified with.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::jwks::Jwks;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::extract::Watcher;
use crate::problem::{Refused, page};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
        .routes(routes!(jwks))
        .routes(routes!(page::problem_page))
        .route("/problems/style.css", axum::routing::get(page::style))
}

/// Is the server alive?
///
/// Whether it can answer at all. A server that says no is to be started again.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "server",
    responses((status = 200, description = "Alive.", body = String, content_type = "text/plain")),
)]
pub(crate) async fn healthz() -> &'static str {
    "alive\n"
}

/// Is the server ready?
///
/// Whether it can do its work: the books can be read and written, and there is a key that signs.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    responses(
        (status = 200, description = "Ready.", body = String, content_type = "text/plain"),
        (status = 503, description = "Not ready; `detail` says why.", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, Refused> {
    match app.service.not_ready().await {
        None => Ok("ready\n"),
        Some(why) => Err(Refused::unavailable(format!("The server is not ready: {why}."))),
    }
}

/// Metrics
///
/// In Prometheus' text form. Takes a token of any role of the vendor's own. An address would not do: behind a proxy on
/// the same machine everybody comes from there. While the books are away, a token that was used here lately still does.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "server",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain")),
)]
pub(crate) async fn metrics(State(app): State<App>, _: Watcher) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.options.metrics.render())
}

/// Public keys
///
/// The keys that signed documents are verified with (RFC 7517): next, current, and those retired that still verify, each
/// certified by the vendor's root key.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "server",
    responses((status = 200, description = "The keys.", body = Jwks)),
)]
pub(crate) async fn jwks(State(app): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "max-age=300")], Json(app.service.jwks()))
}
