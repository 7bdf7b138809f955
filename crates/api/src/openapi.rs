//! The OpenAPI document: gathered from the handlers, so that it cannot drift from what is served, and the page that shows
//! it, which loads nothing from elsewhere.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use seatkeeper_protocol::Problem;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Seatkeeper",
        description = "Concurrent licences: programs take and return seats, administrators issue and look after licences.\n\n\
            Times are RFC 3339 in UTC, durations whole seconds, ids UUIDs. Lists are read in pages: `next_cursor` goes into \
            `cursor`. Refusals are `application/problem+json` (RFC 9457) with a stable `code`, a sentence in `detail`, and \
            the facts it is made of. Every answer to a request carries `Request-Id`; what is no HTTP request, or has more \
            than 16 KiB of headers, is answered 400 or 431 and no more. `Idempotency-Key` is honoured on every \
            administrator's `POST` for a day, within its token.\n\n\
            A token's role says what it may do: `viewer` reads; `support` also releases, blocks, ends devices, has product \
            keys, suspends and resumes; `sales` also has products, customers and licences; `admin` also revokes, erases \
            names, and has tokens and signing keys. A customer's own token sees that customer only, and whatever its role \
            it reads and supports, without suspending or resuming.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem)),
    tags(
        (name = "programs", description = "What programs call, with the token that activation gave them. Unknown fields are ignored."),
        (name = "catalogue", description = "Products and their features."),
        (name = "customers", description = "Companies that bought licences."),
        (name = "licences", description = "What was sold."),
        (name = "keys", description = "Product keys of a licence."),
        (name = "blocks", description = "Users and devices shut out of a licence."),
        (name = "sessions", description = "Who holds a seat."),
        (name = "activations", description = "Devices admitted to licences."),
        (name = "records", description = "Refusals and events."),
        (name = "tokens", description = "Administration tokens."),
        (name = "signing keys", description = "The keys that leases are signed with."),
        (name = "server", description = "The server about itself."),
    ),
)]
struct Document;

/// The document before the handlers' operations are in it.
pub(crate) fn empty() -> OpenApi {
    Document::openapi()
}

const ADMINISTRATION: &str = "administration token";
const INSTALLATION: &str = "installation token";

/// Says of every operation what holds for all: its security, the idempotency key and what a refusal looks like.
pub(crate) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, format) in [(ADMINISTRATION, "skt_…"), (INSTALLATION, "ska_…")] {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some(format.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(scheme));
    }
    for (name, schema) in &mut components.schemas {
        if let Some(item) = name.strip_prefix("List_") {
            refer(schema, item);
        }
    }
    for (path, item) in &mut document.paths.paths {
        let administration = path.starts_with("/v1/") && !path.starts_with("/v1/client/");
        if let Some(post) = item.post.as_mut().filter(|_| administration) {
            let header = header(
                "Idempotency-Key",
                "^[!-~]{1,255}$",
                "Makes the call safe to repeat: within a day the same answer again.",
            );
            post.parameters.get_or_insert_default().push(header.into());
        }
        if let Some(patch) = item.patch.as_mut().filter(|_| administration) {
            let header = header(
                "If-Match",
                "^(\"[0-9]+\"|[*])$",
                "The `ETag` that was read. If it changed since, nothing is done.",
            );
            patch.parameters.get_or_insert_default().push(header.into());
        }
        for operation in operations(item) {
            let token = match path.as_str() {
                "/v1/client/activations" => None,
                path if path.starts_with("/v1/client/") => Some(INSTALLATION),
                path if path.starts_with("/v1/") || path == "/metrics" => Some(ADMINISTRATION),
                _ => None,
            };
            operation.security = token.map(|name| vec![SecurityRequirement::new(name, Vec::<String>::new())]);
            let refusal = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
            let refusal = ResponseBuilder::new()
                .description("Refused; `code` says why.")
                .content("application/problem+json", refusal)
                .build();
            operation.responses.responses.insert("default".to_owned(), refusal.into());
        }
    }
}

/// Makes a list's items a reference. Generators of clients would make a type of their own of what is spelled out.
fn refer(list: &mut RefOr<Schema>, item: &str) {
    if let RefOr::T(Schema::Object(list)) = list
        && let Some(RefOr::T(Schema::Array(items))) = list.properties.get_mut("items")
    {
        items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
    }
}

fn header(name: &str, pattern: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build()))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    all.into_iter().filter_map(Option::as_mut)
}

/// `/openapi.json`, and `/docs` to read it in a browser.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(document: &OpenApi) -> Router<S> {
    let json = serde_json::to_string(document).unwrap_or_default();
    let json = get(async move || ([(header::CONTENT_TYPE, "application/json")], json.clone()).into_response());
    let page: Router<S> =
        SwaggerUi::new("/docs").config(Config::from("/openapi.json").validator_url("none").use_base_layout()).into();
    // The page sets styles from its script and draws its icons from data.
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                  font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let page = page.layer(axum::middleware::map_response(async move |mut response: axum::response::Response| {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        response
    }));
    Router::new().route("/openapi.json", json).merge(page)
}
