//! Several copies of the program, and copies that crash.

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Cable, Desk, World};
use serde_json::{Value, json};

use crate::{in_use_comes_to, refreshes};

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

/// "… also while one of them sets itself up anew: the others go on with what it was given."
///
/// Somebody sets up the same installation elsewhere (a copy of the machine), which takes its token. One copy asks with the old
/// token and its answer is slow to come; meanwhile another one gets a new token. What the first then hears, "your token is
/// over", is no longer so.
///
/// Seen red: with the comparison left out of the SDK's `Memory::activation_with`, the first took the second one's token.
#[test]
fn a_token_that_another_copy_renewed_is_good_for_all() {
    let world = World::start();
    let license = world.pool(2);
    let cable = Cable::to(world.server.url());
    let desk = Desk::new("Ann", "WS-1", cable.url(), &license);
    let mut slow = desk.start_in_session("session 3");
    slow.comes_to("licensed");
    let asked_with_the_old = cable.keep_back(|| slow.retry());
    let installation = &desk.remembered()["installation_id"];
    let body = json!({
        "protocol": 1, "serial_number": license.serial_number, "product_key": license.product_key,
        "product": "planner", "version": "16.0.2", "installation_id": installation,
        "device": { "name": "WS-1", "os": "Debian", "fingerprint": ["WS-1-machine", "WS-1-disk", "WS-1-network"] },
    });
    world.server.http().post("/v1/client/activations", &body).expect(200);
    let mut other = desk.seated();
    let token =
        || desk.remembered()["activations"].as_object().expect("by key").values().next().expect("one")["token"].clone();
    let renewed = token();
    let before = refreshes(&world, &license);
    drop(asked_with_the_old);
    until(BOUND, "the slow copy to refresh", || {
        let now = refreshes(&world, &license);
        now.iter().any(|(id, at)| before.get(id).is_some_and(|before| at > before)).then_some(())
    });
    assert_eq!((slow.stands().name(), other.stands().name()), ("licensed", "licensed"));
    assert_eq!(token(), renewed);
    assert_eq!(world.in_use(&license), 2);
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
