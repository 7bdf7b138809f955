//! Getting in: one answer for every wrong pair, wrong ones limited by address, right ones never held back.

use serde_json::{Value, json};

use crate::app::{Call, HOME, PROXY};
use crate::world::World;

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
        let path = format!("PUT /v1/client/checkouts/{}", crate::world::uuid(id));
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
    let refresh = format!("POST /v1/client/checkouts/{}/refresh", crate::world::uuid(2));
    let lease = world.app.ask(put(2, "mara")).await.must(200)["lease"].clone();
    world.app.clock.pass(60);
    world.app.ask(Call::new(&refresh).token(token).json(json!({ "lease": lease }))).await.must(200);
    world
        .app
        .ask(Call::new(&refresh).token(token).json(json!({ "lease": "a.b.c" })))
        .await
        .refused(422, "invalid_request");
    for id in [1, 2, 2] {
        let path = format!("DELETE /v1/client/checkouts/{}", crate::world::uuid(id));
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
}
