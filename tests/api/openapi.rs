//! Every operation of the OpenAPI document, with requests that it calls right and wrong.

use std::fs;
use std::process::Command;

use seatkeeper_test_support::{python_tool, thorough};
use seatkeeper_test_world::{Machine, World};
use serde_json::json;

/// Runs the checker on the operations that `which` chooses, with a token that opens them. `known` names ids to ask for, by
/// the beginning of the path and the parameter, since what is made up is not found.
#[track_caller]
fn assert_conforms(world: &World, token: &str, which: [&str; 2], known: &[(&str, &str, &str)]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = |(path, parameter, id): &(&str, &str, &str)| {
        format!(
            "[[operations]]\ninclude-path-regex = \"^{path}\"\nparameters = {{ \"path.{parameter}\" = \"{id}\" }}\n"
        )
    };
    let tables: String = known.iter().map(table).collect();
    fs::write(folder.path().join("schemathesis.toml"), tables).expect("its configuration can be written");

    let (examples, phases) = if thorough() { ("300", "coverage,fuzzing,stateful") } else { ("20", "coverage,fuzzing") };
    let mut command = Command::new(python_tool("schemathesis"));
    command.current_dir(&folder).arg("run").arg(format!("{}/openapi.json", world.server.url()));
    command.args(["--continue-on-failure", "--max-examples", examples, "--phases", phases, "--seed", "1"]);
    // A schema has no words for rules between fields and for what the books hold: that what it calls right is accepted
    // cannot be asked. Health checks tell of slow generating, which says nothing of the server.
    command.args(["--exclude-checks", "positive_data_acceptance", "--suppress-health-check", "all"]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    let output = command.args(which).output().expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
}

#[test]
fn administrators_calls_answer_as_the_document_says() {
    let world = World::start();
    let license = world.pool(10);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let seat = program.take("Ann");
    let id = |path: &str| world.admin.get(path).expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
    let keys = format!("{}/keys", license.path());
    let block = world.admin.post(&format!("{}/blocks", license.path()), &json!({ "user": "Eve", "reason": "left" }));
    let block = block.expect(201)["id"].as_str().expect("an id").to_owned();
    // The run's own token is not among what it may revoke.
    let spare = json!({ "label": "spare", "role": "viewer" });
    let spare = world.admin.post("/v1/tokens", &spare).expect(201)["id"].as_str().expect("an id").to_owned();
    let token = world.server.token(&["--role", "admin"]);
    let known = [
        ("/v1/licenses/", "id", license.id.as_str()),
        ("/v1/licenses/[^/]*/keys/", "key_id", &id(&keys)),
        ("/v1/licenses/[^/]*/blocks/", "block_id", &block),
        ("/v1/customers/", "id", world.customer_id()),
        ("/v1/products/", "id", &id("/v1/products")),
        ("/v1/sessions/", "id", &seat.session),
        ("/v1/activations/", "id", program.answer["activation_id"].as_str().expect("an id")),
        ("/v1/tokens/", "id", &spare),
        ("/problems/", "code", "blocked"),
    ];
    assert_conforms(&world, &token, ["--exclude-path-regex", "^/v1/client/"], &known);
    assert_eq!(world.server.http().bearer(&token).get(&license.path()).status, 200, "it ran on with no token");
    assert!(world.server.is_ready());
    world.check();
}

#[test]
fn programs_calls_answer_as_the_document_says() {
    let world = World::start();
    let license = world.pool(10);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let seat = program.take("Ann");
    let known = [("/v1/client/checkouts/", "checkout_id", &*seat.checkout.to_string())];
    assert_conforms(&world, &program.token, ["--include-path-regex", "^/v1/client/"], &known);
    assert!(world.server.is_ready());
    world.check();
}
