//! Several copies of the program, and copies that crash.

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Desk, World};
use serde_json::{Value, json};

use crate::in_use_comes_to;

/// "Open the program as often as you like on your machine: it is one seat, given back when the last window closes."
///
/// Seen red: with a session of its own for each checkout in `domain/decide/checkout.rs`.
#[test]
fn two_copies_of_the_program_share_one_seat() {
    let world = World::start();
    let license = world.pool(1);
    let desk = Desk::new("Ann", "WS-1", world.server.url(), &license);
    let (first, second) = (desk.seated(), desk.seated());
    assert_eq!(world.in_use(&license), 1);
    assert_eq!(world.sessions(&license)[0]["checkouts"], json!(2));
    first.quit();
    assert_eq!(world.in_use(&license), 1);
    second.quit();
    assert_eq!(world.in_use(&license), 0);
}

/// "If the program crashes, its seat is back with its next start."
///
/// Seen red: with `ends` left out of the SDK's checkout.
#[test]
fn a_crash_is_tidied_by_the_next_start() {
    let world = World::start();
    let license = world.pool(2);
    let desk = Desk::new("Ann", "WS-1", world.server.url(), &license);
    // In a remote session, so that the next start is another holder and does not simply join.
    let mut crashed = desk.start_in_session("session 3");
    crashed.comes_to("licensed");
    let session = world.sessions(&license).remove(0)["id"].clone();
    crashed.crash();
    assert_eq!(world.in_use(&license), 1);
    let _next = desk.seated();
    assert_eq!(world.in_use(&license), 1);
    let ended = world.list(&format!("/v1/sessions?license_id={}&state=ended", license.id));
    let ends: Vec<(&Value, &Value)> = ended.iter().map(|session| (&session["id"], &session["end_reason"])).collect();
    assert_eq!(ends, [(&session, &json!("died"))]);
}

/// "If one of several copies crashes, the others tidy up after it."
///
/// Seen red: with `ends` left out of the SDK's refresh.
#[test]
fn a_crash_is_tidied_by_a_living_copy() {
    let world = World::start();
    let license = world.brisk_pool(2);
    let desk = Desk::new("Ann", "WS-1", world.server.url(), &license);
    let mut crashed = desk.start_in_session("session 3");
    crashed.comes_to("licensed");
    let mut living = desk.seated();
    assert_eq!(world.in_use(&license), 2);
    crashed.crash();
    in_use_comes_to(&world, &license, 1);
    assert_eq!(living.stands().name(), "licensed");
    // The same for one that shares the seat: its copy is gone, the seat stays.
    let shared = desk.seated();
    let copies = || world.sessions(&license)[0]["checkouts"].clone();
    assert_eq!(copies(), json!(2));
    shared.crash();
    until(BOUND, "the dead copy to be returned", || (copies() == json!(1)).then_some(()));
    assert_eq!(world.in_use(&license), 1);
}
