//! The main job from end to end.

use jiff::Timestamp;
use seatkeeper_test_world::{Planner, World};

use crate::{all_go_on, desk, refreshes};

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
    assert!(refreshes(&world, &license).values().all(|refreshed| *refreshed < due), "due back in the past: {due}");

    ten.remove(0).quit();
    eleventh.retry();
    eleventh.comes_to("licensed");
    ten.push(eleventh);
    let before = refreshes(&world, &license);
    assert_eq!(before.len(), 10);

    world.server.kill9();
    world.server.restart();
    all_go_on(&world, &license, &before);
    ten.iter_mut().for_each(|planner| assert_eq!(planner.stands().name(), "licensed"));
    desk(&world, &license, 12).start().comes_to("refused");
    ten.into_iter().for_each(Planner::quit);
    assert_eq!(world.in_use(&license), 0);
    world.check();
}
