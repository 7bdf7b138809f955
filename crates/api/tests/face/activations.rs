//! Getting in: one answer for every wrong pair, wrong ones limited by address, right ones never held back.

use seatkeeper_protocol::claims::{ACTIVATION_TYP, ActivationClaims};
use seatkeeper_protocol::jwt;
use seatkeeper_service::{RootKey, RootPlace};
use serde_json::{Value, json};

use crate::app::{App, Call, HOME, PROXY};
use crate::world::{World, uuid};

const OTHER: [u8; 4] = [198, 51, 100, 7];

fn activate(body: &Value) -> Call {
    Call::new("POST /v1/client/activations").json(body.clone())
}

fn wrong_key(license: &Value) -> Value {
    let mut body = World::activation(license, 1);
    body["product_key"] = "00000-00000-00000-00000-00000".into();
    body
}

#[tokio::test]
async fn wrong_serial_wrong_key_and_wrong_pair_are_one_answer() {
    let world = World::start().await;
    let (one, two) = (world.license("One", 1).await, world.license("Two", 1).await);
    let (mut wrong_serial, mut wrong_pair, mut no_key) =
        (World::activation(&one, 1), World::activation(&one, 1), wrong_key(&one));
    wrong_serial["serial_number"] = "SN-0000-0000-00".into();
    wrong_pair["product_key"] = two["product_key"].clone();
    no_key["product_key"] = "not even a key".into();
    let mut answers = Vec::new();
    for body in [wrong_serial, wrong_pair, no_key, wrong_key(&one)] {
        let mut problem = world.app.ask(activate(&body)).await.refused(404, "unknown_key");
        problem["request_id"] = Value::Null;
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn wrong_ones_are_limited_and_a_right_pair_never_is() {
    let world = World::start().await;
    let license = world.license("One", 5).await;
    let wrong = wrong_key(&license);
    let mut tries = 0;
    let held = loop {
        tries += 1;
        let reply = world.app.ask(activate(&wrong)).await;
        if reply.status != 404 {
            break reply;
        }
        assert!(tries < 100, "never limited");
    };
    let seconds: i64 = held.header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&seconds), "{seconds}");
    held.refused(429, "too_many_attempts");
    world.app.ask(activate(&World::activation(&license, 1))).await.must(201);
    world.app.ask(activate(&wrong).from(OTHER)).await.refused(404, "unknown_key");
    world.app.clock.pass(seconds);
    world.app.ask(activate(&wrong)).await.refused(404, "unknown_key");
}

#[tokio::test]
async fn an_address_is_believed_from_our_proxy_alone() {
    let world = World::start().await;
    let license = world.license("One", 5).await;
    let wrong = wrong_key(&license);
    let through = |from, said: &str| activate(&wrong).from(from).header("x-forwarded-for", said);
    for i in 0..100 {
        world.app.ask(through(HOME, &format!("203.0.113.{i}"))).await;
    }
    world.app.ask(through(HOME, "203.0.113.200")).await.refused(429, "too_many_attempts");
    world.app.ask(through(PROXY, "203.0.113.1")).await.refused(404, "unknown_key");
    for i in 0..100 {
        world.app.ask(through(PROXY, &format!("2001:db8::{i}"))).await;
    }
    world.app.ask(through(PROXY, "2001:db8::ffff")).await.refused(429, "too_many_attempts");
    world.app.ask(through(PROXY, "2001:db8:1::1")).await.refused(404, "unknown_key");
}

#[tokio::test]
async fn a_seat_is_taken_kept_refused_to_the_next_and_returned() {
    let world = World::start().await;
    let license = world.license("One", 1).await;
    let admitted = world.app.ask(activate(&World::activation(&license, 1))).await.must(201);
    let again = world.app.ask(activate(&World::activation(&license, 1))).await.must(200);
    assert_eq!(admitted["activation_id"], again["activation_id"]);
    let token = again["activation_token"].as_str().unwrap();
    let put = |id: u32, user: &str| {
        let path = format!("PUT /v1/client/checkouts/{}", uuid(id));
        Call::new(&path).token(token).json(json!({ "user": user, "device_name": "WS-1", "version": "16" }))
    };
    let seat = world.app.ask(put(1, "Mara")).await.must(201);
    assert_eq!((seat["seat"].as_str(), seat["in_use"].as_u64()), (Some("new"), Some(1)));
    world.app.ask(put(1, "Mara")).await.must(200);
    assert_eq!(world.app.ask(put(2, "mara")).await.must(201)["seat"], "shared");
    let full = world.app.ask(put(3, "Ines")).await.refused(409, "no_seat_available");
    assert_eq!((full["seats"].as_u64(), full["in_use"].as_u64()), (Some(1), Some(1)));
    assert!(full["next_back_by"].as_str().is_some() && full.get("holders").is_none(), "{full}");
    let availability = world.app.ask(Call::new("GET /v1/client/availability").token(token)).await.must(200);
    assert_eq!(availability["in_use"], 1);
    let refresh = format!("POST /v1/client/checkouts/{}/refresh", uuid(2));
    let lease = world.app.ask(put(2, "mara")).await.must(200)["lease"].clone();
    world.app.clock.pass(60);
    world.app.ask(Call::new(&refresh).token(token).json(json!({ "lease": lease }))).await.must(200);
    world
        .app
        .ask(Call::new(&refresh).token(token).json(json!({ "lease": "a.b.c" })))
        .await
        .refused(422, "invalid_request");
    for id in [1, 2, 2] {
        let path = format!("DELETE /v1/client/checkouts/{}", uuid(id));
        world.app.ask(Call::new(&path).token(token)).await.must(204);
    }
    let refused = world.app.ask(Call::new(&refresh).token(token).json(json!({ "lease": lease }))).await;
    assert_eq!(refused.refused(410, "checkout_ended")["end_reason"], "returned");
    world.app.ask(put(3, "Ines")).await.must(201);
    let denials = world.app.ask(world.call("GET /v1/denials?user=ines")).await.must(200);
    assert_eq!(denials["items"][0]["outcome"], "granted");
}

#[tokio::test]
async fn a_program_of_another_protocol_is_told() {
    let world = World::start().await;
    let mut body = World::activation(&world.license("One", 1).await, 1);
    body["protocol"] = 2.into();
    world.app.ask(activate(&body)).await.refused(400, "protocol_not_supported");
    let tomorrows = json!({ "protocol": 2, "key": { "of": "another shape" } });
    world.app.ask(activate(&tomorrows)).await.refused(400, "protocol_not_supported");
    body.as_object_mut().unwrap().remove("protocol");
    let problem = world.app.ask(activate(&body)).await.refused(422, "invalid_request");
    assert_eq!(problem["errors"][0]["field"], "protocol");
}

#[tokio::test]
async fn nothing_is_granted_that_could_not_be_signed() {
    let world = World::on(App::start_with(|_| RootPlace::Away(RootKey::draw().public())).await).await;
    world.app.ask(Call::new("GET /readyz")).await.refused(503, "unavailable");
    let license = world.license("One", 1).await;
    let problem = world.app.ask(activate(&World::activation(&license, 1))).await.refused(503, "unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("no signing key yet"), "{problem}");
    let devices = world.app.ask(world.call("GET /v1/activations")).await.must(200);
    assert_eq!(devices["items"], json!([]));
}

#[tokio::test]
async fn the_longest_lease_there_is_can_be_renewed() {
    let world = World::start().await;
    let codes: Vec<String> = (0..200).map(|number| format!("{number:064}")).collect();
    let features = |ends_at: Option<&str>| {
        let feature =
            |code: &String| ends_at.map_or(json!({ "code": code }), |at| json!({ "code": code, "ends_at": at }));
        codes.iter().map(feature).collect::<Vec<_>>()
    };
    let mut product = json!({ "code": "suite", "name": "Suite", "features": features(None) });
    world.app.ask(world.call("POST /v1/products").json(product.clone())).await.must(201);
    product["features"].as_array_mut().unwrap().push(json!({ "code": "one-more" }));
    product["code"] = "more".into();
    world.app.ask(world.call("POST /v1/products").json(product)).await.refused(422, "invalid_request");
    let license = json!({
        "customer_id": world.license("One", 1).await["customer_id"], "product": "suite", "model": "concurrent", "seats": 1,
        "term": { "kind": "perpetual" }, "features": features(Some("9000-01-01T00:00:00Z")),
    });
    let license = world.app.ask(world.call("POST /v1/licenses").json(license)).await.must(201);
    let mut activation = World::activation(&license, 1);
    activation["product"] = "suite".into();
    let token = world.app.ask(activate(&activation)).await.must(201)["activation_token"].as_str().unwrap().to_owned();
    let long = |length| "\u{1d538}".repeat(length);
    let seat = json!({
        "user": long(256), "device_name": long(256), "os_session": long(64), "version": "16", "features": codes,
    });
    let put = Call::new(&format!("PUT /v1/client/checkouts/{}", uuid(1))).token(&token).json(seat);
    let lease = world.app.ask(put).await.must(201)["lease"].as_str().unwrap().to_owned();
    assert!((40_000..=jwt::MAX_BYTES).contains(&lease.len()), "{}", lease.len());
    let ends: Vec<String> = (100..200).map(uuid).collect();
    let refresh = Call::new(&format!("POST /v1/client/checkouts/{}/refresh", uuid(1))).token(&token);
    world.app.ask(refresh.json(json!({ "lease": lease, "ends": ends }))).await.must(200);
}

#[tokio::test]
async fn a_token_from_before_the_device_was_given_up_is_good_for_nothing() {
    let world = World::start().await;
    let license = world.license("One", 2).await;
    let token = |answer: Value| answer["activation_token"].as_str().unwrap().to_owned();
    let first = token(world.app.ask(activate(&World::activation(&license, 1))).await.must(201));
    let read = |path: &str| Call::new(&format!("GET /v1/client/{path}")).token(&first);
    world.app.ask(read("activation")).await.must(200);
    world.app.ask(Call::new("DELETE /v1/client/activation").token(&first)).await.must(204);
    world.app.clock.pass(1);
    // The same device again, for another user of it.
    let mut another = World::activation(&license, 1);
    another["installation_id"] = uuid(7).into();
    let second = token(world.app.ask(activate(&another)).await.must(201));
    for path in ["activation", "availability"] {
        world.app.ask(read(path)).await.refused(401, "activation_ended");
        world.app.ask(Call::new(&format!("GET /v1/client/{path}")).token(&second)).await.must(200);
    }
}

#[tokio::test]
async fn a_paused_licence_certifies_no_start_without_contact() {
    let world = World::start().await;
    let license = world.license("One", 1).await;
    let token = world.app.ask(activate(&World::activation(&license, 1))).await.must(201)["activation_token"].clone();
    let lasts = async || {
        let read = Call::new("GET /v1/client/activation").token(token.as_str().unwrap());
        let terms = world.app.ask(read).await.must(200);
        let certificate = terms["certificate"].as_str().unwrap();
        let claims = jwt::decode::<ActivationClaims>(certificate, ACTIVATION_TYP, |_, _, _| true).unwrap();
        claims.exp - claims.iat
    };
    assert_eq!(lasts().await, 48 * 3600);
    let suspend = format!("POST /v1/licenses/{}/suspend", license["id"].as_str().unwrap());
    world.app.ask(world.call(&suspend).json(json!({ "reason": "unpaid" }))).await.must(200);
    assert_eq!(lasts().await, 0);
}
