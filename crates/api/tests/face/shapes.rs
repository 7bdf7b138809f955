//! What every answer has, and what every refusal looks like.

use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};

use crate::app::{App, Call};
use crate::world::{World, uuid};

#[tokio::test]
async fn every_answer_has_its_id_and_the_headers_that_browsers_obey() {
    let app = App::start().await;
    for operation in
        ["GET /healthz", "GET /readyz", "GET /nowhere", "PATCH /v1/products", "GET /docs/", "GET /v1/licenses"]
    {
        let reply = app.ask(Call::new(operation)).await;
        assert!(!reply.header("request-id").is_empty(), "{operation}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{operation}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"), "{operation}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{operation}");
        assert!(!reply.header("cache-control").is_empty(), "{operation}");
        reply.code();
    }
}

#[tokio::test]
async fn invented_methods_do_not_fill_the_servers_memory() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let app = App::start().await;
    for method in ["BREW", "STEEP"] {
        app.ask(Call::new(&format!("{method} /v1/products"))).await.refused(405, "method_not_allowed");
    }
    let told = recorder.handle().render();
    assert!(told.contains(r#"method="other""#) && !told.contains("BREW"), "{told}");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_done_there() {
    let world = World::start().await;
    world.app.ask(Call::new("GET /nowhere")).await.refused(404, "not_found");
    world.app.ask(Call::new("GET /docs/nothing.js")).await.refused(404, "not_found");
    let reply = world.app.ask(world.call("DELETE /v1/products")).await;
    let mut allowed: Vec<&str> = reply.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    reply.refused(405, "method_not_allowed");
    world.app.ask(world.call("GET /v1/licenses/SN-1")).await.refused(400, "malformed_request");
    world.app.ask(world.call(&format!("GET /v1/licenses/{}", uuid(1)))).await.refused(404, "not_found");
}

#[tokio::test]
async fn bodies_are_bounded_and_must_be_json() {
    let world = World::start().await;
    let post = || world.call("POST /v1/customers");
    let missing = world.app.ask(post()).await.refused(422, "invalid_request");
    assert_eq!(fields(&missing), ["body"]);
    world.app.ask(post().body("name=Acme")).await.refused(415, "unsupported_media_type");
    world.app.ask(post().header("content-type", "application/json").body("{")).await.refused(400, "malformed_request");
    let large = json!({ "name": "Acme", "metadata": { "note": "x".repeat(64 * 1024) } });
    world.app.ask(post().json(large.clone())).await.refused(413, "payload_too_large");
    let import = world.call("POST /v1/imports?dry_run=true").json(json!({ "customers": [large] }));
    let problem = world.app.ask(import).await.refused(422, "invalid_request");
    assert_eq!(problem["errors"][0]["field"], "customers[0].metadata", "an import may be longer, its rows may not");
}

fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

/// A body that never comes to its end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = hyper::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = App::start().await;
    tokio::time::pause();
    let call = Call::new("POST /v1/client/activations").header("content-type", "application/json");
    app.ask(call.stream(Endless)).await.refused(408, "request_timeout");
}

#[tokio::test]
async fn unknown_fields_are_refused_to_administrators_and_forgiven_to_programs() {
    let world = World::start().await;
    let post = world.call("POST /v1/customers").json(json!({ "name": "Acme", "nmae": "" }));
    assert_eq!(fields(&world.app.ask(post).await.refused(422, "invalid_request")), ["nmae"]);
    let query = world.call("GET /v1/licenses?custmer_id=1");
    assert_eq!(fields(&world.app.ask(query).await.refused(422, "invalid_request")), ["custmer_id"]);
    let query = world.call("GET /v1/licenses?limit=many");
    assert_eq!(fields(&world.app.ask(query).await.refused(422, "invalid_request")), ["limit"]);
    let license = world.license("Acme", 2).await;
    let mut activation = World::activation(&license, 1);
    activation["mood"] = "good".into();
    world.app.ask(Call::new("POST /v1/client/activations").json(activation)).await.must(201);
}

#[tokio::test]
async fn nonsense_is_refused_by_field_and_all_at_once() {
    let world = World::start().await;
    let license = world.license("Acme", 2).await;
    let mut activation = World::activation(&license, 1);
    activation["device"]["name"] = "\u{1b}[31mred".into();
    activation["device"]["fingerprint"] = json!([]);
    let problem = world.app.ask(Call::new("POST /v1/client/activations").json(activation)).await;
    let problem = problem.refused(422, "invalid_request");
    assert_eq!(fields(&problem), ["device.fingerprint", "device.name"]);
    let new = json!({
        "customer_id": license["customer_id"], "product": "planner", "model": "concurrent", "seats": 0,
        "term": { "kind": "subscription", "expires_at": "2020-01-01T00:00:00Z" },
        "policy": { "refresh_seconds": 3000 },
    });
    let problem = world.app.ask(world.call("POST /v1/licenses").json(new)).await.refused(422, "invalid_request");
    let mut wrong = fields(&problem);
    wrong.sort_unstable();
    assert_eq!(wrong, ["policy.refresh_seconds", "seats", "term.expires_at"]);
    let past = "2026-11-21T08:59:59Z";
    let new = json!({
        "customer_id": license["customer_id"], "product": "planner", "model": "concurrent", "term": { "kind": "perpetual" },
        "grants": [{ "seats": 1 }, { "seats": 2, "ends_at": past }], "features": [{ "code": "bim", "ends_at": past }],
    });
    let problem = world.app.ask(world.call("POST /v1/licenses").json(new)).await.refused(422, "invalid_request");
    assert_eq!(fields(&problem), ["grants[1].ends_at", "features[0].ends_at"]);
    let keys = format!("POST /v1/licenses/{}/keys", license["id"].as_str().unwrap());
    let new = json!({ "label": "Vienna", "activate_until": past, "refresh_until": past });
    let problem = world.app.ask(world.call(&keys).json(new)).await.refused(422, "invalid_request");
    assert_eq!(fields(&problem), ["activate_until", "refresh_until"]);
}

#[tokio::test]
async fn every_code_has_its_page() {
    let app = App::start().await;
    for code in seatkeeper_protocol::Code::ALL {
        let page = app.ask(Call::new(&format!("GET /problems/{code}"))).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(page.text.contains("href=\"/problems/style.css\""), "{code}");
    }
    assert_eq!(app.ask(Call::new("GET /problems/style.css")).await.header("content-type"), "text/css");
    app.ask(Call::new("GET /problems/seat_in_orbit")).await.refused(404, "not_found");
}

#[tokio::test]
async fn lists_are_read_to_their_end_in_pages() {
    let world = World::start().await;
    for name in ["A", "B", "C", "D", "E"] {
        let post = world.call("POST /v1/customers").json(json!({ "name": name }));
        world.app.ask(post).await.must(201);
        world.app.clock.pass(1);
    }
    let (mut names, mut query) = (String::new(), String::new());
    loop {
        let page = world.app.ask(world.call(&format!("GET /v1/customers?limit=2{query}"))).await.must(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("&cursor={cursor}");
    }
    assert_eq!(names, "ABCDE");
    for wrong in ["limit=0", "limit=201", "cursor=%00", "cursor=AAAA"] {
        let reply = world.app.ask(world.call(&format!("GET /v1/customers?{wrong}"))).await;
        reply.refused(422, "invalid_request");
    }
}

#[tokio::test]
async fn events_are_followed_with_no_gap() {
    let world = World::start().await;
    let mut kinds = Vec::new();
    let mut cursor = String::new();
    for round in 0..2 {
        world.license(&format!("Customer {round}"), 1).await;
        loop {
            let page = world.app.ask(world.call(&format!("GET /v1/events?limit=1{cursor}"))).await.must(200);
            cursor = format!("&cursor={}", page["next_cursor"].as_str().unwrap());
            match page["items"].as_array().unwrap().as_slice() {
                [event] => kinds.push(event["kind"].as_str().unwrap().to_owned()),
                _ => break,
            }
        }
    }
    let issued = kinds.iter().filter(|kind| *kind == "license.issued").count();
    let added = kinds.iter().filter(|kind| *kind == "customer.added").count();
    assert_eq!((issued, added), (2, 2), "{kinds:?}");
    let whole = world.app.ask(world.call("GET /v1/events?limit=200")).await.must(200);
    assert_eq!(whole["items"].as_array().unwrap().len(), kinds.len());
}
