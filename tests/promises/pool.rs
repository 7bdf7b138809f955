//! A pool of seats: who gets in, and what the others are told.

use seatkeeper_test_world::{Desk, Machine, World};
use serde_json::json;
use uuid::Uuid;

use crate::{all_go_on, desk, refreshes};

/// "All ten of your ten seats can be used at once. Whoever comes eleventh is told that all are taken, and when the next one is
/// back at the latest; nobody is thrown out."
///
/// Seen red: with `next_back_by` left out of the refusal in `service/program.rs`.
#[test]
fn ten_of_ten_users_get_in_and_the_eleventh_is_told() {
    let world = World::start();
    let license = world.pool(10);
    let mut ten: Vec<_> = (1..=10).map(|number| desk(&world, &license, number).seated()).collect();
    let mut eleventh = desk(&world, &license, 11).start();
    let refused = eleventh.comes_to("refused");
    assert_eq!(refused.fact("code"), "no_seat_available");
    refused.fact("next_back_by").parse::<jiff::Timestamp>().expect("it says when a seat is due back");
    // Told, not closed: the eleventh can look at documents all the same.
    eleventh.works();
    ten.iter_mut().for_each(|planner| assert_eq!(planner.stands().name(), "licensed"));
    assert_eq!(world.in_use(&license), 10);
    // Why they were refused can be explained a month later.
    let denials = world.list(&format!("/v1/denials?license_id={}", license.id));
    assert_eq!(denials.len(), 1);
    assert_eq!(
        (&denials[0]["user"], &denials[0]["seats"], &denials[0]["in_use"]),
        (&json!("user 11"), &json!(10), &json!(10))
    );
}

/// "You can buy seats at any time: they count at once, and nobody has to do anything."
///
/// Seen red: with the licence's new grants not applied by `PATCH`.
#[test]
fn seats_can_be_added() {
    let world = World::start();
    let license = world.pool(1);
    let _ann = desk(&world, &license, 1).seated();
    let mut ben = desk(&world, &license, 2).start();
    ben.comes_to("refused");
    world.admin.patch(&license.path(), &json!({ "seats": 2 })).expect(200);
    ben.retry();
    ben.comes_to("licensed");
    assert_eq!(world.in_use(&license), 2);
}

/// "Version 16 and every later one can use the licence; earlier ones are told to update."
///
/// Seen red: with versions compared as text, 9 got in and 160 did not.
#[test]
fn versions_before_16_are_refused() {
    let world = World::start();
    let license = world.pool(10);
    let machine = Machine::new("WS-1");
    let http = world.server.http();
    let program = machine.activate(&http, &license);
    for (version, old) in [
        ("9", true),
        ("15", true),
        ("15.9.9", true),
        ("2.16", true),
        ("16", false),
        ("16.0", false),
        ("16.0.2", false),
        ("17", false),
        ("100.1", false),
        ("160", false),
    ] {
        let mut activation = machine.activation(&license);
        activation["version"] = json!(version);
        activation["installation_id"] = json!(Uuid::new_v4());
        let activated = http.post("/v1/client/activations", &activation);
        let (path, mut checkout) = program.checkout(Uuid::new_v4(), "Ann");
        checkout["version"] = json!(version);
        for answer in [activated, program.http.put(&path, &checkout)] {
            assert_eq!(answer.status == 403, old, "{version}: {}", answer.body);
            if old {
                let problem = answer.json();
                assert_eq!(problem["code"], "version_not_supported");
                assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("16")), "{problem}");
            }
        }
    }
}

/// "Your IT can see at any time who is working, on which machine, since when, and when the program was last heard of."
///
/// Seen red: with `last_refreshed_at` not written by a refresh.
#[test]
fn sessions_and_their_last_refresh_can_be_seen() {
    let world = World::start();
    let license = world.brisk_pool(10);
    let _planner = Desk::new("Mara Lind", "WS-14", world.server.url(), &license).seated();
    let first = world.sessions(&license).remove(0);
    assert_eq!((&first["user"], &first["device_name"]), (&json!("Mara Lind"), &json!("WS-14")));
    assert_eq!((&first["state"], &first["checkouts"]), (&json!("live"), &json!(1)));
    for time in ["started_at", "last_refreshed_at", "lease_until", "back_by"] {
        assert!(first[time].as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()), "{time}: {first}");
    }
    all_go_on(&world, &license, &refreshes(&world, &license));
}
