//! Every operation of the document with no token, with a role that is too low, and with another customer's token. An
//! operation that the table does not name turns the first test red.

use std::collections::BTreeSet;

use seatkeeper_domain::token::Role;
use serde_json::{Value, json};

use crate::app::{Call, Reply};
use crate::world::{Tenant, World, uuid};

/// What another customer's administrator is answered.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Other {
    /// It is not theirs, so it is not there.
    NotFound,
    /// A list that holds nothing of the first customer's.
    NothingOf,
    /// A customer's own people never do this, wherever.
    Forbidden,
    /// It is everybody's.
    Shared,
}

/// An administrators' operation: its place in the document, the path and the body that work for the vendor, whether a
/// viewer may, and what another customer is answered.
type Row = (&'static str, String, Value, bool, Other);

fn table(world: &World, one: &Tenant) -> Vec<Row> {
    use Other::{Forbidden, NotFound, NothingOf, Shared};
    let Tenant { customer, license, key, activation, session, block, .. } = one;
    let product = &world.product;
    let none = Value::Null;
    let why = json!({ "reason": "because" });
    let sold = json!({
        "customer_id": customer, "product": "planner", "model": "concurrent", "seats": 1, "term": { "kind": "perpetual" },
    });
    vec![
        ("GET /v1/products", "/v1/products".into(), none.clone(), true, Shared),
        ("POST /v1/products", "/v1/products".into(), json!({ "code": "x", "name": "X" }), false, Forbidden),
        ("GET /v1/products/{id}", format!("/v1/products/{product}"), none.clone(), true, Shared),
        ("PATCH /v1/products/{id}", format!("/v1/products/{product}"), json!({ "name": "X" }), false, Forbidden),
        ("GET /v1/customers", "/v1/customers".into(), none.clone(), true, NothingOf),
        ("POST /v1/customers", "/v1/customers".into(), json!({ "name": "X" }), false, Forbidden),
        ("GET /v1/customers/{id}", format!("/v1/customers/{customer}"), none.clone(), true, NotFound),
        ("PATCH /v1/customers/{id}", format!("/v1/customers/{customer}"), json!({ "name": "X" }), false, Forbidden),
        (
            "POST /v1/customers/{id}/erase-names",
            format!("/v1/customers/{customer}/erase-names"),
            json!({ "user": "Mara" }),
            false,
            Forbidden,
        ),
        ("GET /v1/licenses", "/v1/licenses".into(), none.clone(), true, NothingOf),
        ("POST /v1/licenses", "/v1/licenses".into(), sold, false, Forbidden),
        ("GET /v1/licenses/{id}", format!("/v1/licenses/{license}"), none.clone(), true, NotFound),
        ("PATCH /v1/licenses/{id}", format!("/v1/licenses/{license}"), json!({ "seats": 3 }), false, Forbidden),
        ("POST /v1/licenses/{id}/suspend", format!("/v1/licenses/{license}/suspend"), why.clone(), false, Forbidden),
        ("POST /v1/licenses/{id}/resume", format!("/v1/licenses/{license}/resume"), why.clone(), false, Forbidden),
        ("POST /v1/licenses/{id}/revoke", format!("/v1/licenses/{license}/revoke"), why.clone(), false, Forbidden),
        ("POST /v1/licenses/{id}/reissue", format!("/v1/licenses/{license}/reissue"), json!({}), false, NotFound),
        ("GET /v1/licenses/{id}/keys", format!("/v1/licenses/{license}/keys"), none.clone(), true, NotFound),
        (
            "POST /v1/licenses/{id}/keys",
            format!("/v1/licenses/{license}/keys"),
            json!({ "label": "x" }),
            false,
            NotFound,
        ),
        (
            "GET /v1/licenses/{id}/keys/{key_id}",
            format!("/v1/licenses/{license}/keys/{key}"),
            none.clone(),
            true,
            NotFound,
        ),
        (
            "PATCH /v1/licenses/{id}/keys/{key_id}",
            format!("/v1/licenses/{license}/keys/{key}"),
            json!({ "label": "x" }),
            false,
            NotFound,
        ),
        (
            "GET /v1/licenses/{id}/keys/{key_id}/secret",
            format!("/v1/licenses/{license}/keys/{key}/secret"),
            none.clone(),
            false,
            NotFound,
        ),
        ("GET /v1/licenses/{id}/blocks", format!("/v1/licenses/{license}/blocks"), none.clone(), true, NotFound),
        (
            "POST /v1/licenses/{id}/blocks",
            format!("/v1/licenses/{license}/blocks"),
            json!({ "user": "x", "reason": "left" }),
            false,
            NotFound,
        ),
        (
            "DELETE /v1/licenses/{id}/blocks/{block_id}",
            format!("/v1/licenses/{license}/blocks/{block}"),
            none.clone(),
            false,
            NotFound,
        ),
        ("POST /v1/imports", "/v1/imports?dry_run=true".into(), json!({}), false, Forbidden),
        ("GET /v1/sessions", "/v1/sessions".into(), none.clone(), true, NothingOf),
        ("GET /v1/sessions/{id}", format!("/v1/sessions/{session}"), none.clone(), true, NotFound),
        ("POST /v1/sessions/{id}/release", format!("/v1/sessions/{session}/release"), why.clone(), false, NotFound),
        ("GET /v1/activations", "/v1/activations".into(), none.clone(), true, NothingOf),
        ("GET /v1/activations/{id}", format!("/v1/activations/{activation}"), none.clone(), true, NotFound),
        ("POST /v1/activations/{id}/end", format!("/v1/activations/{activation}/end"), why, false, NotFound),
        ("GET /v1/denials", "/v1/denials".into(), none.clone(), true, NothingOf),
        ("GET /v1/events", "/v1/events?limit=200".into(), none.clone(), true, NothingOf),
        ("GET /v1/tokens", "/v1/tokens".into(), none.clone(), false, Forbidden),
        ("POST /v1/tokens", "/v1/tokens".into(), json!({ "role": "viewer" }), false, Forbidden),
        ("DELETE /v1/tokens/{id}", format!("/v1/tokens/{}", uuid(1)), none.clone(), false, Forbidden),
        ("GET /v1/signing-keys", "/v1/signing-keys".into(), none.clone(), false, Forbidden),
        ("POST /v1/signing-keys", "/v1/signing-keys".into(), json!({}), false, Forbidden),
        ("POST /v1/signing-keys/promote", "/v1/signing-keys/promote".into(), none.clone(), false, Forbidden),
        ("GET /metrics", "/metrics".into(), none, true, Forbidden),
    ]
}

/// Operations that take no token.
const OPEN: [&str; 5] = [
    "GET /healthz",
    "GET /readyz",
    "GET /.well-known/jwks.json",
    "GET /problems/{code}",
    "POST /v1/client/activations",
];

/// Operations that take an installation's token, with a path that is the first tenant's.
fn programs(one: &Tenant) -> Vec<(&'static str, String, Value)> {
    let checkout = &one.checkout;
    let seat = json!({ "user": "Mara", "device_name": "WS-1", "version": "16" });
    vec![
        ("GET /v1/client/activation", "/v1/client/activation".into(), Value::Null),
        ("DELETE /v1/client/activation", "/v1/client/activation".into(), Value::Null),
        ("GET /v1/client/availability", "/v1/client/availability".into(), Value::Null),
        ("PUT /v1/client/checkouts/{checkout_id}", format!("/v1/client/checkouts/{checkout}"), seat),
        ("DELETE /v1/client/checkouts/{checkout_id}", format!("/v1/client/checkouts/{checkout}"), Value::Null),
        (
            "POST /v1/client/checkouts/{checkout_id}/refresh",
            format!("/v1/client/checkouts/{checkout}/refresh"),
            json!({ "lease": one.lease }),
        ),
    ]
}

fn call(operation: &str, path: &str, body: &Value) -> Call {
    let (method, _) = operation.split_once(' ').unwrap();
    let call = Call::new(&format!("{method} {path}"));
    if body.is_null() { call } else { call.json(body.clone()) }
}

#[tokio::test]
async fn the_table_names_every_operation() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    let document: Value = serde_json::from_str(&seatkeeper_api::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let served: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let table = table(&world, &one);
    let named =
        table.iter().map(|row| row.0).chain(OPEN).chain(programs(&one).into_iter().map(|row| row.0)).map(str::to_owned);
    assert_eq!(named.collect::<BTreeSet<_>>(), served);
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_or_with_one_of_another_kind() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    for (operation, path, body, ..) in table(&world, &one) {
        let reply = world.app.ask(call(operation, &path, &body)).await;
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{operation}");
        assert_eq!(reply.code(), "unauthorized", "{operation}");
        for token in ["skt_nonsense", "", &one.installation_token] {
            let reply = world.app.ask(call(operation, &path, &body).token(token)).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "unauthorized"), "{operation} {token}");
        }
    }
    for (operation, path, body) in programs(&one) {
        let forged = format!("{}AAAA", &one.installation_token[..one.installation_token.len() - 4]);
        for call in [
            call(operation, &path, &body),
            call(operation, &path, &body).token(&world.admin),
            call(operation, &path, &body).token(&forged),
        ] {
            let reply = world.app.ask(call).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "activation_ended"), "{operation}");
        }
    }
}

#[tokio::test]
async fn a_viewer_reads_and_does_nothing_else() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    for (operation, path, body, may_view, _) in table(&world, &one) {
        let reply = world.app.ask(call(operation, &path, &body).token(&world.viewer)).await;
        let expected = if may_view { 200 } else { 403 };
        assert_eq!(reply.status, expected, "{operation}: {reply:?}");
    }
}

#[tokio::test]
async fn roles_stop_where_they_should() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    let only_admin = [
        "POST /v1/customers/{id}/erase-names",
        "POST /v1/licenses/{id}/revoke",
        "GET /v1/tokens",
        "POST /v1/tokens",
        "DELETE /v1/tokens/{id}",
        "GET /v1/signing-keys",
        "POST /v1/signing-keys",
        "POST /v1/signing-keys/promote",
    ];
    let also_sales = [
        "POST /v1/products",
        "PATCH /v1/products/{id}",
        "POST /v1/customers",
        "PATCH /v1/customers/{id}",
        "POST /v1/licenses",
        "PATCH /v1/licenses/{id}",
        "POST /v1/imports",
    ];
    for role in [Role::Sales, Role::Support] {
        let token = world.app.token(role, None).await;
        for (operation, path, body, ..) in table(&world, &one) {
            let forbidden =
                only_admin.contains(&operation) || (role == Role::Support && also_sales.contains(&operation));
            let reply = world.app.ask(call(operation, &path, &body).token(&token)).await;
            assert_eq!(reply.status == 403, forbidden, "{role:?} {operation}: {reply:?}");
            assert!(reply.status.as_u16() < 500, "{operation}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn what_is_another_customers_is_not_there() {
    let world = World::start().await;
    let (one, two) = (world.tenant("One", 1).await, world.tenant("Two", 2).await);
    for (operation, path, body, _, other) in table(&world, &one) {
        let reply = world.app.ask(call(operation, &path, &body).token(&two.token)).await;
        let expected = match other {
            Other::NotFound => 404,
            Other::Forbidden => 403,
            Other::NothingOf | Other::Shared => 200,
        };
        assert_eq!(reply.status, expected, "{operation}: {reply:?}");
        assert!(!names(&reply, &one), "{operation} tells of another customer: {reply:?}");
    }
    let unharmed = world.app.ask(world.call(&format!("GET /v1/licenses/{}", one.license))).await.must(200);
    assert_eq!((unharmed["status"].as_str(), unharmed["in_use"].as_u64()), (Some("active"), Some(1)));
}

/// Whether an answer tells of a customer.
fn names(reply: &Reply, one: &Tenant) -> bool {
    let told =
        [&one.customer, &one.license, &one.serial_number, &one.product_key, &one.session, &one.activation, &one.block];
    told.into_iter().any(|secret| reply.text.contains(secret.as_str()))
}

#[tokio::test]
async fn a_customers_own_administrator_sees_and_helps_their_own() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    for (operation, path, body, _, other) in table(&world, &one) {
        let reply = world.app.ask(call(operation, &path, &body).token(&one.token)).await;
        assert_eq!(reply.status == 403, other == Other::Forbidden, "{operation}: {reply:?}");
        assert!(reply.status.as_u16() < 500 && reply.status != 404, "{operation}: {reply:?}");
    }
}

#[tokio::test]
async fn no_program_reaches_anothers_seat() {
    let world = World::start().await;
    let (one, two) = (world.tenant("One", 1).await, world.tenant("Two", 2).await);
    for (operation, path, body) in programs(&one).into_iter().filter(|row| row.1.contains(&one.checkout)) {
        let reply = world.app.ask(call(operation, &path, &body).token(&two.installation_token)).await;
        assert!(reply.status.as_u16() < 500 && !names(&reply, &one), "{operation}: {reply:?}");
    }
    let session = world.app.ask(world.call(&format!("GET /v1/sessions/{}", one.session))).await.must(200);
    assert_eq!((session["state"].as_str(), session["checkouts"].as_u64()), (Some("live"), Some(1)));
}
