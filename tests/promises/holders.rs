//! Who counts as one: a person at a machine, each remote session of its own.

use seatkeeper_test_world::{Desk, World};
use serde_json::json;

/// "Two people on one machine are two people."
///
/// Seen red: with the user left out of the holder in `domain/holder.rs`.
#[test]
fn two_users_on_one_device_take_two_seats() {
    let world = World::start();
    let license = world.pool(2);
    let _both = ["Ann", "Ben"].map(|user| Desk::new(user, "WS-1", world.server.url(), &license).seated());
    assert_eq!(world.in_use(&license), 2);
}

/// "One person at two machines needs two seats."
///
/// Seen red: with the activation left out of the holder in `domain/holder.rs`.
#[test]
fn one_user_on_two_devices_takes_two_seats() {
    let world = World::start();
    let license = world.pool(2);
    let _both = ["WS-1", "WS-2"].map(|device| Desk::new("Ann", device, world.server.url(), &license).seated());
    assert_eq!(world.in_use(&license), 2);
}

/// "Each Citrix or remote desktop session takes a seat, also two of the same person on the same server."
///
/// Seen red: with the OS session left out of the holder in `domain/holder.rs`.
#[test]
fn each_remote_session_takes_a_seat() {
    let world = World::start();
    let license = world.pool(2);
    let desk = Desk::new("Ann", "RDS-1", world.server.url(), &license);
    let mut both = ["session 3", "session 4"].map(|session| desk.start_in_session(session));
    both.iter_mut().for_each(|planner| drop(planner.comes_to("licensed")));
    assert_eq!(world.in_use(&license), 2);
    let mut sessions: Vec<_> = world.sessions(&license).iter().map(|session| session["os_session"].clone()).collect();
    sessions.sort_unstable_by_key(ToString::to_string);
    assert_eq!(sessions, [json!("session 3"), json!("session 4")]);
    // A third one on the same server is one too many.
    desk.start_in_session("session 5").comes_to("refused");
}

/// "You find sessions by the name of the machine and of the user, however they are written."
///
/// Seen red: with names compared as written in the list's query.
#[test]
fn sessions_are_known_by_machine_name_and_user_name() {
    let world = World::start();
    let license = world.pool(3);
    let at = |user, device| Desk::new(user, device, world.server.url(), &license).seated();
    let _three = [at("Mara Lind", "WS-14"), at("Jörg", "WS-14"), at("Mara Lind", "LAPTOP-2")];
    let count = |query: &str| {
        let path = format!("/v1/sessions?license_id={}&{query}", license.id);
        world.admin.get(&path).expect(200)["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("user=mara%20lind"), Some(2));
    assert_eq!(count("user=J%C3%96RG"), Some(1));
    assert_eq!(count("device=WS-14"), Some(2));
    assert_eq!(count("user=Mara%20Lind&device=LAPTOP-2"), Some(1));
    assert_eq!(count("user=nobody"), Some(0));
}
