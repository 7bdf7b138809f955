//! The local socket's face: the owner needs no token; the network does not have it.

use serde_json::{Value, json};

use crate::app::{App, Call};
use crate::world::World;

/// The lines of a task's answer.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_owner_needs_no_token() {
    let app = App::start().await;
    app.ask(Call::new("GET /v1/tokens")).await.refused(401, "unauthorized");
    app.ask_locally(Call::new("GET /v1/tokens")).await.must(200);
    let made = app.ask_locally(Call::new("POST /v1/tokens").json(json!({ "role": "admin" }))).await.must(201);
    app.ask(Call::new("GET /v1/tokens").token(made["secret"].as_str().unwrap())).await.must(200);
}

#[tokio::test]
async fn the_network_does_not_have_it() {
    let world = World::start().await;
    for operation in ["POST /local/backup", "POST /local/check"] {
        world.app.ask(world.call(operation)).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_backup_and_a_check_tell_how_far_they_are() {
    let world = World::start().await;
    world.tenant("One", 1).await;
    let to = world.app.dir.path().join("copy.db");
    let backup = |to: &str| Call::new("POST /local/backup").json(json!({ "to": to }));
    let told = lines(&world.app.ask_locally(backup(to.to_str().unwrap())).await.text);
    assert_eq!(told.last().unwrap(), &json!({ "finished": { "findings": [] } }));
    assert!(told.len() > 1 && told[0]["progress"]["total"].as_u64().is_some(), "{told:?}");
    assert!(to.metadata().unwrap().len() > 0);
    let told = lines(&world.app.ask_locally(backup(to.to_str().unwrap())).await.text);
    assert!(told.last().unwrap()["failed"]["code"].as_str().is_some(), "what is there is not overwritten: {told:?}");
    world.app.ask_locally(backup("copy.db")).await.refused(422, "invalid_request");
    let told = lines(&world.app.ask_locally(Call::new("POST /local/check")).await.text);
    assert_eq!(told.last().unwrap(), &json!({ "finished": { "findings": [] } }));
}
