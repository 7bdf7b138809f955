//! The main job from end to end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{License, Planner, World};

use crate::desk;

/// Each session with the time of its last refresh.
fn sessions(world: &World, license: &License) -> BTreeMap<String, Timestamp> {
    let of = |session: &serde_json::Value, member: &str| session[member].as_str().expect(member).to_owned();
    let sessions = world.sessions(license);
    let each = sessions.iter().map(|s| (of(s, "id"), of(s, "last_refreshed_at").parse().expect("a time")));
    each.collect()
}

/// "Ten people can work at once, from anywhere. Whoever comes eleventh is told why not and when a seat is due back, and gets
/// in as soon as somebody closes the program. If our server fails, nobody notices."
///
/// Seen red: with `in_use >= limit` made `>` in `domain/decide/seats.rs`, the eleventh got in.
#[test]
fn ten_get_in_the_eleventh_waits_its_turn_and_a_killed_server_loses_nobody() {
    let mut world = World::start();
    let license = world.brisk_pool(10);
    let desks: Vec<_> = (1..=11).map(|number| desk(&world, &license, number)).collect();
    let mut ten: Vec<Planner> = desks[..10].iter().map(|desk| desk.start()).collect();
    ten.iter_mut().for_each(|planner| drop(planner.comes_to("licensed")));

    let mut eleventh = desks[10].start();
    let refused = eleventh.comes_to("refused");
    assert_eq!(refused.fact("code"), "no_seat_available");
    assert!(refused.fact("detail").contains("10 seats"), "{refused:?}");
    let due: Timestamp = refused.fact("next_back_by").parse().expect("a time");
    assert!(sessions(&world, &license).values().all(|refreshed| *refreshed < due), "due back in the past: {due}");

    ten.remove(0).quit();
    eleventh.retry();
    eleventh.comes_to("licensed");
    ten.push(eleventh);
    let before = sessions(&world, &license);
    assert_eq!(before.len(), 10);

    world.server.kill9();
    world.server.restart();
    // All ten renew their leases with the server as if nothing had been.
    until(BOUND, "everybody to refresh", || {
        let now = sessions(&world, &license);
        let refreshed = |(id, at): (&String, &Timestamp)| before.get(id).is_some_and(|before| at > before);
        (now.len() == 10 && now.iter().all(refreshed)).then_some(())
    });
    ten.iter_mut().for_each(|planner| assert_eq!(planner.stands().name(), "licensed"));
    desk(&world, &license, 12).start().comes_to("refused");
    ten.into_iter().for_each(Planner::quit);
    assert_eq!(world.in_use(&license), 0);
    world.check();
}
