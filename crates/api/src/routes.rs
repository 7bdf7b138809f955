//! All that is served, put together.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use seatkeeper_service::Service;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::{App, Options};
use crate::envelope::{envelope, within};
use crate::problem::Refused;
use crate::{
    activations, client, customers, denials, events, imports, licenses, local, openapi, products, server, sessions,
    signing_keys, tokens,
};

/// How long an answer may take.
const TIME: Duration = Duration::from_secs(30);
/// How long an import may take, whose body alone may take two minutes.
const TIME_TO_IMPORT: Duration = Duration::from_secs(300);

/// What the network sees: programs and administrators, each with a token.
pub fn router(service: Arc<Service>, options: Options) -> Router {
    finished(service, options, Router::new())
}

/// What the machine's owner sees through the local socket: the same with no token, and care of the books.
pub fn local_router(service: Arc<Service>, options: Options) -> Router {
    finished(service, options, local::routes())
}

/// The OpenAPI document, as `/openapi.json` answers it.
pub fn openapi_json() -> String {
    let (_, document) = documented();
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn finished(service: Arc<Service>, options: Options, more: Router<App>) -> Router {
    let app = App { service, options };
    let (router, document) = documented();
    router
        .merge(openapi::routes(&document))
        .merge(more)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), envelope))
        .with_state(app)
}

/// The operations, and the document that they make.
fn documented() -> (Router<App>, OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(openapi::empty())
        .merge(client::routes())
        .merge(products::routes())
        .merge(customers::routes())
        .merge(licenses::routes())
        .merge(sessions::routes())
        .merge(activations::routes())
        .merge(denials::routes())
        .merge(events::routes())
        .merge(tokens::routes())
        .merge(signing_keys::routes())
        .merge(server::routes())
        .layer(from_fn_with_state(TIME, within))
        .merge(imports::routes().layer(from_fn_with_state(TIME_TO_IMPORT, within)))
        .split_for_parts();
    openapi::complete(&mut document);
    (router, document)
}

/// A handler's panic costs its own request alone, and says nothing of what it was.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Refused::internal(&"a handler panicked").into_response()
}
