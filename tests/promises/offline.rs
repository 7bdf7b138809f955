//! Starting with no connection: at first not at all, later for as long as was agreed, and never so that work is stopped.

use jiff::{SignedDuration, Timestamp};
use seatkeeper_test_support::FakeClock;
use seatkeeper_test_world::{Cable, Desk, License, World};

use crate::{all_go_on, refreshes};

const HOUR: i64 = 3_600;

/// Works once with a connection, then starts without one at several times after the first such start.
#[track_caller]
fn goes_on_for(hours: i64, world: &World, license: &License) {
    let cable = Cable::to(world.server.url());
    let desk = Desk::new("Ann", "WS-1", cable.url(), license);
    desk.seated().quit();
    cable.cut();

    let clock = FakeClock::real();
    let mut planner = desk.start_at(&clock);
    let until: Timestamp = planner.comes_to("grace").fact("until").parse().expect("a time");
    planner.works();
    planner.quit();
    // Starting again does not start the clock again.
    clock.step_to((hours - 1) * HOUR);
    let mut planner = desk.start_at(&clock);
    let again: Timestamp = planner.comes_to("grace").fact("until").parse().expect("a time");
    assert!(again.duration_since(until).abs() <= SignedDuration::from_secs(1), "{again} after {until}");
    // It is over while the program runs: it is told so, and the user goes on working.
    clock.step_to((hours + 1) * HOUR);
    planner.comes_to("grace_over");
    planner.works();
    planner.quit();
    let mut planner = desk.start_at(&clock);
    planner.comes_to("grace_over");
    planner.works();
    // Turning the clock back gains nothing.
    planner.quit();
    clock.step_to(0);
    let mut planner = desk.start_at(&clock);
    planner.comes_to("grace_over");
    // One contact and all is as before.
    cable.mend();
    planner.retry();
    planner.comes_to("licensed");
    planner.quit();
}

/// "With no connection you can open the program for 48 hours. After that it tells you so; it never closes."
///
/// Seen red: with `grace_since` set anew at each start in the SDK's `grace.rs`, the second start had its full time again.
#[test]
fn a_pool_opens_without_connection_for_48_hours() {
    let world = World::start();
    goes_on_for(48, &world, &world.pool(1));
}

/// "A single-user licence opens for 30 days with no connection."
///
/// Seen red: with the grace of pools given to single-user licences in `domain/policy.rs`.
#[test]
fn a_single_user_licence_opens_without_connection_for_30_days() {
    let world = World::start();
    goes_on_for(30 * 24, &world, &world.single_user());
}

/// "Your laptop slept? The seat is yours again as soon as it wakes, not minutes later."
///
/// The clock of a machine that wakes has gone on while the program's own has not. The next refresh would be due in a minute.
///
/// Seen red: with no look at the clocks while the SDK waits.
#[test]
fn a_machine_that_slept_is_heard_of_as_soon_as_it_wakes() {
    let world = World::start();
    let license = world.pool(1);
    let clock = FakeClock::real();
    let mut planner = Desk::new("Ann", "WS-1", world.server.url(), &license).start_at(&clock);
    planner.comes_to("licensed");
    let before = refreshes(&world, &license);
    clock.step_to(HOUR);
    all_go_on(&world, &license, &before);
    assert_eq!(planner.stands().name(), "licensed");
}

/// "The very first start on a machine needs a connection, and says so."
///
/// Seen red: with the sentence left out of the SDK's refusal.
#[test]
fn the_first_start_without_connection_is_refused_with_a_sentence() {
    let world = World::start();
    let license = world.pool(1);
    let cable = Cable::to(world.server.url());
    cable.cut();
    let mut planner = Desk::new("Ann", "WS-1", cable.url(), &license).start();
    let refused = planner.comes_to("refused");
    assert_eq!(refused.fact("code"), "no_contact");
    assert!(refused.fact("detail").contains("could not be reached"), "{refused:?}");
    assert!(refused.fact("detail").contains("first start"), "{refused:?}");
    planner.works();
    cable.mend();
    planner.retry();
    planner.comes_to("licensed");
}
