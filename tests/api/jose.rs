//! "Any JOSE library can verify": PyJWT does, by the served JWKS alone.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use seatkeeper_test_support::python_tool;
use seatkeeper_test_world::{Machine, World};
use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api/verify.py");

fn verify(world: &World, token: &str) -> Output {
    let mut command = Command::new(python_tool("python"));
    command.arg(SCRIPT).arg(format!("{}/.well-known/jwks.json", world.server.url()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut python = command.spawn().expect("python starts");
    python.stdin.take().expect("its input").write_all(token.as_bytes()).expect("it reads");
    python.wait_with_output().expect("it ends")
}

#[track_caller]
fn verified(world: &World, token: &str) -> Value {
    let output = verify(world, token);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

#[test]
fn pyjwt_verifies_a_lease_and_a_certificate_by_the_jwks() {
    let world = World::start();
    let license = world.pool(10);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let seat = program.take("Ann");
    let lease = verified(&world, &seat.lease);
    assert_eq!((&lease["header"]["alg"], &lease["header"]["typ"]), (&json!("EdDSA"), &json!("seatkeeper-lease+jwt")));
    let claims = &lease["claims"];
    assert_eq!((&claims["sub"], &claims["user"]), (&json!(seat.checkout), &json!("Ann")));
    assert_eq!((&claims["ses"], &claims["lic"]), (&json!(seat.session), &json!(license.id)));
    let certificate = verified(&world, program.answer["certificate"].as_str().expect("a certificate"));
    assert_eq!(certificate["header"]["typ"], "seatkeeper-activation+jwt");
    assert_eq!(certificate["claims"]["serial"], license.serial_number.as_str());
}

#[test]
fn pyjwt_refuses_an_altered_lease() {
    let world = World::start();
    let seat = Machine::new("WS-1").activate(&world.server.http(), &world.pool(1)).take("Ann");
    let (start, signature) = seat.lease.rsplit_once('.').expect("a JWT has three parts");
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let output = verify(&world, &format!("{start}.{first}{}", &signature[1..]));
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("InvalidSignatureError"), "{said}");
}
