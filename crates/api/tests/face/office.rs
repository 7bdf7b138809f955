//! What administrators rely on beside the calls themselves: repeating safely, not overwriting, importing whole.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD as STANDARD, BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use seatkeeper_service::{RootKey, certify};
use serde_json::{Value, json};

use crate::app::{Call, Reply};
use crate::world::{World, id, uuid};

#[tokio::test]
async fn a_repeated_post_answers_what_was_done_then() {
    let world = World::start().await;
    let license = world.license("One", 1).await;
    let body = json!({
        "customer_id": license["customer_id"], "product": "planner", "model": "concurrent", "seats": 2,
        "term": { "kind": "perpetual" },
    });
    let post =
        |body: &Value, key: &str| world.call("POST /v1/licenses").header("idempotency-key", key).json(body.clone());
    let first = world.app.ask(post(&body, "order-1")).await.must(201);
    let again = world.app.ask(post(&body, "order-1")).await.must(201);
    assert_eq!((&first["id"], &first["product_key"]), (&again["id"], &again["product_key"]));
    assert_ne!(world.app.ask(post(&body, "order-2")).await.must(201)["id"], first["id"]);
    let mut other = body.clone();
    other["seats"] = 3.into();
    world.app.ask(post(&other, "order-1")).await.refused(422, "idempotency_conflict");
    let elsewhere = world.call("POST /v1/customers").header("idempotency-key", "order-1").json(json!({ "name": "X" }));
    world.app.ask(elsewhere).await.refused(422, "idempotency_conflict");
    let turn = |verb: &str| {
        let call = world.call(&format!("POST /v1/licenses/{}/{verb}", id(&first))).header("idempotency-key", "turn-1");
        call.json(json!({ "reason": "unpaid" }))
    };
    world.app.ask(turn("suspend")).await.must(200);
    world.app.ask(turn("resume")).await.refused(422, "idempotency_conflict");
    let nobodys =
        Call::new("POST /v1/licenses").token(&world.app.token(seatkeeper_domain::token::Role::Sales, None).await);
    let others = world.app.ask(nobodys.header("idempotency-key", "order-1").json(body.clone())).await.must(201);
    assert_ne!(others["id"], first["id"], "a key is another token's own");
    world.app.clock.pass(24 * 3600 + 1);
    assert_ne!(world.app.ask(post(&body, "order-1")).await.must(201)["id"], first["id"], "after a day it is a new one");
    for wrong in ["", "two words", &"x".repeat(256)] {
        world.app.ask(post(&body, wrong)).await.refused(422, "invalid_request");
    }
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_read() {
    let world = World::start().await;
    let license = world.license("One", 1).await;
    let (customer, license) = (license["customer_id"].as_str().unwrap().to_owned(), id(&license));
    let keys = world.app.ask(world.call(&format!("GET /v1/licenses/{license}/keys"))).await.must(200);
    let key = id(&keys["items"][0]);
    for (path, change) in [
        (format!("/v1/licenses/{license}"), json!({ "seats": 5 })),
        (format!("/v1/licenses/{license}/keys/{key}"), json!({ "label": "Bonn" })),
        (format!("/v1/customers/{customer}"), json!({ "locale": "de-AT" })),
        (format!("/v1/products/{}", world.product), json!({ "name": "Planner 17" })),
    ] {
        let read = world.app.ask(world.call(&format!("GET {path}"))).await;
        let etag = read.header("etag").to_owned();
        let patch = |etag: &str| world.call(&format!("PATCH {path}")).header("if-match", etag).json(change.clone());
        let changed = world.app.ask(patch(&etag)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_ne!(changed.header("etag"), etag);
        world.app.ask(patch(&etag)).await.refused(412, "precondition_failed");
        world.app.ask(patch("*")).await.must(200);
        world.app.ask(patch("W/nonsense")).await.refused(400, "malformed_request");
        world.app.ask(world.call(&format!("PATCH {path}")).json(change.clone())).await.must(200);
    }
}

#[tokio::test]
async fn null_lifts_and_absence_leaves() {
    let world = World::start().await;
    let new = json!({ "name": "One", "external_id": "crm-1", "time_zone": "Europe/Vienna", "contacts": [{ "email": "it@one.example" }] });
    let customer = world.app.ask(world.call("POST /v1/customers").json(new)).await.must(201);
    assert_eq!(customer["contacts"][0]["name"], "it@one.example");
    let patch = world.call(&format!("PATCH /v1/customers/{}", id(&customer)));
    let changed = world.app.ask(patch.json(json!({ "time_zone": null }))).await.must(200);
    assert_eq!((&changed["time_zone"], &changed["external_id"]), (&Value::Null, &json!("crm-1")));
    let taken = world.call("POST /v1/customers").json(json!({ "name": "Two", "external_id": "crm-1" }));
    assert_eq!(world.app.ask(taken).await.refused(409, "already_exists")["field"], "external_id");
}

fn row(serial: &str, customer: &str) -> Value {
    json!({
        "customer": customer, "product": "planner", "serial_number": serial, "model": "single_user", "legacy": "lease",
        "term": { "kind": "subscription", "expires_at": "2026-01-01T00:00:00Z" },
    })
}

#[tokio::test]
async fn an_import_is_whole_or_nothing() {
    let world = World::start().await;
    let there = json!({ "name": "There", "external_id": "there" });
    let there = id(&world.app.ask(world.call("POST /v1/customers").json(there)).await.must(201));
    let good = json!({
        "customers": [{ "name": "New", "external_id": "new" }],
        "licenses": [row("l-1", "new"), row("L-2", "there"), row("L-3", &there)],
    });
    let mut bad = good.clone();
    bad["licenses"][1]["product"] = "nothing".into();
    bad["licenses"][2]["serial_number"] = "L-1".into();
    let problem = world.app.ask(world.call("POST /v1/imports").json(bad)).await.refused(422, "invalid_request");
    let errors: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(errors, ["licenses[1].product", "licenses[2].serial_number"]);
    let mut nobodys = good.clone();
    nobodys["licenses"][0]["customer"] = "nobody".into();
    let asked = world.call("POST /v1/imports").json(nobodys.clone());
    let problem = world.app.ask(asked).await.refused(422, "invalid_request");
    assert_eq!(problem["errors"][0]["field"], "licenses[0].customer");
    let viewers = Call::new("POST /v1/imports").token(&world.viewer).json(nobodys);
    world.app.ask(viewers).await.refused(403, "forbidden");
    let dry = world.app.ask(world.call("POST /v1/imports?dry_run=true").json(good.clone())).await.must(200);
    assert_eq!((dry["dry_run"].as_bool(), dry["customers"].as_u64()), (Some(true), Some(0)));
    assert_eq!(world.app.ask(world.call("GET /v1/licenses")).await.must(200)["items"], json!([]));
    let twice = |body: &Value| world.call("POST /v1/imports").header("idempotency-key", "once").json(body.clone());
    let done = world.app.ask(twice(&good)).await.must(201);
    assert_eq!(done["licenses"][0]["serial_number"], "L-1");
    assert_eq!(world.app.ask(twice(&good)).await.must(201), done);
    let found = world.app.ask(world.call("GET /v1/licenses?serial_number=l-1")).await.must(200);
    assert_eq!((&found["items"][0]["legacy"], &found["items"][0]["status"]), (&json!("lease"), &json!("expired")));
    let mut twins = json!({ "customers": [{ "name": "A", "external_id": "a" }, { "name": "B", "external_id": "a" }] });
    let problem =
        world.app.ask(world.call("POST /v1/imports").json(twins.take())).await.refused(422, "invalid_request");
    assert_eq!(problem["errors"][0]["field"], "customers[1].external_id");
}

#[tokio::test]
async fn support_releases_reissues_and_blocks() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    let say = |path: &str, body: Value| world.call(&format!("POST {path}")).json(body);
    let release = say(&format!("/v1/sessions/{}/release", one.session), json!({ "reason": "on holiday" }));
    let released = world.app.ask(release).await.must(200);
    assert!(released["message"].as_str().unwrap().starts_with("The seat is free."), "{released}");
    let reissued = world.app.ask(say(&format!("/v1/licenses/{}/reissue", one.license), json!({}))).await.must(201);
    assert_ne!(reissued["product_key"], one.product_key.as_str());
    assert_eq!(reissued["serial_number"], one.serial_number.as_str());
    let secret = format!("GET /v1/licenses/{}/keys/{}/secret", one.license, one.key);
    assert_eq!(world.app.ask(world.call(&secret)).await.must(200)["product_key"], one.product_key.as_str());
    let events = world.app.ask(world.call("GET /v1/events?limit=200")).await.must(200);
    let shown = |event: &&Value| event["kind"] == "key.shown" && event["license_id"] == one.license.as_str();
    assert_eq!(events["items"].as_array().unwrap().iter().filter(shown).count(), 1, "showing a key is an event");
    let patch =
        world.call(&format!("PATCH /v1/licenses/{}/keys/{}", one.license, one.key)).json(json!({ "label": "Vienna" }));
    assert_eq!(world.app.ask(patch).await.must(200)["label"], "Vienna");
    let block =
        say(&format!("/v1/licenses/{}/blocks", one.license), json!({ "device": one.activation, "reason": "lost" }));
    let blocked = world.app.ask(block).await.must(201);
    assert_eq!(blocked["device"], one.activation.as_str());
    let device = world.app.ask(world.call(&format!("GET /v1/activations/{}", one.activation))).await.must(200);
    assert_eq!(device["end_reason"], "blocked");
    let lift = world.call(&format!("DELETE /v1/licenses/{}/blocks/{}", one.license, id(&blocked)));
    world.app.ask(lift).await.must(204);
    let both = json!({ "device": one.activation, "user": "x", "reason": "lost" });
    world.app.ask(say(&format!("/v1/licenses/{}/blocks", one.license), both)).await.refused(422, "invalid_request");
    let erase = |user: &str| {
        let call = say(&format!("/v1/customers/{}/erase-names", one.customer), json!({ "user": user }));
        call.header("idempotency-key", "erase-1")
    };
    assert_eq!(world.app.ask(erase("MARA")).await.must(200)["rows"], 1);
    assert_eq!(world.app.ask(erase("MARA")).await.must(200)["rows"], 1, "the same answer again");
    world.app.ask(erase("Ines")).await.refused(422, "idempotency_conflict");
    let session = world.app.ask(world.call(&format!("GET /v1/sessions/{}", one.session))).await.must(200);
    assert_eq!(
        (&session["user"], &session["address"], &session["end_reason"]),
        (&Value::Null, &Value::Null, &json!("released"))
    );
}

#[tokio::test]
async fn suspend_resume_and_revoke_are_three_things() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    let why = json!({ "reason": "unpaid" });
    let turn = |verb: &str| world.call(&format!("POST /v1/licenses/{}/{verb}", one.license)).json(why.clone());
    let suspended = world.app.ask(turn("suspend")).await.must(200);
    assert_eq!((&suspended["status"], &suspended["status_reason"]), (&json!("suspended"), &json!("unpaid")));
    let path = format!("POST /v1/client/checkouts/{}/refresh", one.checkout);
    let refresh = || Call::new(&path).token(&one.installation_token).json(json!({ "lease": one.lease }));
    world.app.ask(refresh()).await.refused(403, "license_suspended");
    let own = Call::new(&format!("POST /v1/licenses/{}/resume", one.license)).token(&one.token).json(why.clone());
    world.app.ask(own).await.refused(403, "forbidden");
    world.app.ask(refresh()).await.refused(403, "license_suspended");
    world.app.ask(turn("resume")).await.must(200);
    world.app.ask(refresh()).await.must(200);
    assert_eq!(world.app.ask(turn("revoke")).await.must(200)["in_use"], 0);
    world.app.ask(turn("resume")).await.refused(409, "conflict");
    world
        .app
        .ask(world.call(&format!("POST /v1/licenses/{}/suspend", one.license)))
        .await
        .refused(422, "invalid_request");
}

#[tokio::test]
async fn tokens_are_shown_once_and_revoked_at_once() {
    let world = World::start().await;
    let made =
        world.app.ask(world.call("POST /v1/tokens").json(json!({ "role": "viewer", "label": "BI" }))).await.must(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("skt_"));
    let read = || Call::new("GET /v1/products").token(secret);
    world.app.ask(read()).await.must(200);
    let listed: Reply = world.app.ask(world.call("GET /v1/tokens")).await;
    assert!(!listed.text.contains(secret) && listed.text.contains("BI"));
    let revoke = || world.call(&format!("DELETE /v1/tokens/{}", id(&made)));
    world.app.ask(revoke()).await.must(204);
    world.app.ask(revoke()).await.must(204);
    world.app.ask(read()).await.refused(401, "unauthorized");
    world.app.ask(world.call(&format!("DELETE /v1/tokens/{}", uuid(9)))).await.refused(404, "not_found");
}

#[tokio::test]
async fn signing_keys_follow_one_another() {
    let world = World::start().await;
    let stages = |keys: &Value| {
        let stage = |key: &Value| key["stage"].as_str().unwrap().to_owned();
        keys["items"].as_array().unwrap().iter().map(stage).collect::<Vec<_>>()
    };
    world.app.clock.pass(1);
    let added = world.app.ask(world.call("POST /v1/signing-keys").json(json!({}))).await.must(201);
    assert_eq!(stages(&added), ["current", "next"]);
    let promoted = world.app.ask(world.call("POST /v1/signing-keys/promote")).await.must(200);
    assert_eq!(stages(&promoted), ["retired", "current"]);
    world.app.ask(world.call("POST /v1/signing-keys/promote")).await.refused(409, "conflict");
    let jwks = world.app.ask(Call::new("GET /.well-known/jwks.json")).await.must(200);
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    let given = json!({ "given": { "private_key": "AAAA", "certificate": "x" } });
    let problem = world.app.ask(world.call("POST /v1/signing-keys").json(given)).await.refused(422, "invalid_request");
    assert_eq!(problem["errors"][0]["field"], "given.private_key");
}

#[tokio::test]
async fn a_signing_key_made_beside_the_root_comes_with_a_certificate_that_programs_believe() {
    let world = World::start().await;
    let root = RootKey::read(&world.app.dir.path().join("root.key")).unwrap().unwrap();
    let file = world.app.dir.path().join("made-elsewhere");
    let made = RootKey::draw();
    made.create(&file).unwrap();
    let private = STANDARD.decode(std::fs::read_to_string(&file).unwrap().trim()).unwrap();
    let give = |certificate: String| {
        let given = json!({ "private_key": URL_SAFE_NO_PAD.encode(&private), "certificate": certificate });
        world.call("POST /v1/signing-keys").json(json!({ "given": given }))
    };
    let now = world.app.service.now();
    let ended = certify(&root, "Acme", &made.public(), now - SignedDuration::from_hours(24 * 3653));
    for wrong in [ended, certify(&made, "Acme", &made.public(), now), String::new()] {
        let problem = world.app.ask(give(wrong)).await.refused(422, "invalid_request");
        assert_eq!(problem["errors"][0]["field"], "given.certificate");
    }
    let certificate = certify(&root, "Acme", &made.public(), now);
    world.app.ask(give(certificate.clone())).await.must(201);
    assert_eq!(world.app.ask(give(certificate)).await.refused(409, "already_exists")["field"], "private_key");
}
