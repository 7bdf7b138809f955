//! How a seat comes back, and what does not give it back.

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Cable, Desk, World};
use serde_json::json;

use crate::{all_go_on, desk, in_use_comes_to, refreshes};

/// "Closing the program gives the seat back at once."
///
/// Seen red: with the return left out of the SDK's `close`, the seat was held until its lease ended.
#[test]
fn closing_returns_the_seat() {
    let world = World::start();
    let license = world.pool(1);
    desk(&world, &license, 1).seated().quit();
    assert_eq!(world.in_use(&license), 0);
    desk(&world, &license, 2).seated();
}

/// "Closing a document does not give the seat back; closing the program does."
///
/// Seen red: with the planner's `close` giving the device up.
#[test]
fn closing_the_document_but_not_the_program_keeps_the_seat() {
    let world = World::start();
    let license = world.pool(1);
    let mut planner = desk(&world, &license, 1).seated();
    planner.works();
    assert_eq!(world.in_use(&license), 1);
    desk(&world, &license, 2).start().comes_to("refused");
    assert_eq!(planner.stands().name(), "licensed");
}

/// "If the connection drops while you work, you keep your seat and go on working; nobody else gets it."
///
/// Seen red: with the hold policy of a refreshed checkout made `lease` in `domain/session.rs`.
#[test]
fn a_dropped_connection_keeps_the_seat() {
    let world = World::start();
    let license = world.brisk_pool(1);
    let cable = Cable::to(world.server.url());
    let mut planner = Desk::new("Ann", "WS-1", cable.url(), &license).seated();
    // Once it was heard of after its start, it holds for its whole grace.
    all_go_on(&world, &license, &refreshes(&world, &license));
    cable.cut();
    planner.comes_to("offline");
    planner.works();
    // Its lease ends; the seat is held all the same.
    let session = || world.sessions(&license).remove(0);
    until(BOUND + BOUND, "its lease to end", || (session()["state"] == "silent").then_some(()));
    desk(&world, &license, 2).start().comes_to("refused");
    cable.mend();
    planner.retry();
    planner.comes_to("licensed");
    assert_eq!(session()["state"], "live");
    assert_eq!(world.in_use(&license), 1);
}

/// "If you close the program with no connection, the seat is given back the next time you start it, as of when you closed."
///
/// Seen red: with the time of closing not written down by the SDK, the session ended as `died`.
#[test]
fn closing_without_connection_is_tidied_at_the_next_start() {
    let world = World::start();
    let license = world.pool(2);
    let cable = Cable::to(world.server.url());
    let desk = Desk::new("Ann", "WS-1", cable.url(), &license);
    let planner = desk.seated();
    let first = world.sessions(&license).remove(0)["id"].clone();
    cable.cut();
    planner.quit();
    assert_eq!(world.in_use(&license), 1, "nobody could tell the server");
    cable.mend();
    let planner = desk.seated();
    in_use_comes_to(&world, &license, 1);
    let all = world.list(&format!("/v1/sessions?license_id={}&state=ended", license.id));
    let ended = all.iter().find(|session| session["id"] == first).expect("the first session is over");
    assert_eq!(ended["end_reason"], json!("returned"));
    planner.quit();
    assert_eq!(world.in_use(&license), 0);
}
