//! With no contact: going on, grace, clocks, sleep.

use seatkeeper_protocol::Code;

use super::world::*;
use crate::problems;

#[test]
fn goes_on_when_contact_is_lost_until_grace_is_over() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    world.server.reachable = false;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "offline");
    assert!((GRACE - 2 * REFRESH..=GRACE).contains(&copy.left(&world)));
    assert!(!copy.logic.features().is_empty());
    world.pass(GRACE, &mut copy);
    assert_eq!(copy.word(), "grace_over");
    assert!(copy.logic.features().is_empty());
    world.server.reachable = true;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn the_first_start_needs_the_server_and_says_so() {
    let mut world = World::new(1);
    world.server.reachable = false;
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::NO_CONTACT);
    world.server.reachable = true;
    world.pass(600, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn closing_with_no_contact_is_written_down_and_told_at_the_next_start() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    world.server.reachable = false;
    world.pass(1000, &mut copy);
    let closed = world.time;
    world.close(copy);
    assert_eq!(world.server.live.len(), 1);
    world.time += hours(10);
    world.server.reachable = true;
    let copy = world.start();
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
    assert_eq!(world.server.returned_at.values().collect::<Vec<_>>(), [&Some(at(closed))]);
}

#[test]
fn a_start_with_no_contact_runs_in_grace_and_restarting_does_not_reset_it() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.time += hours(100);
    let since = world.time;
    world.server.reachable = false;
    let copy = world.start();
    assert_eq!((copy.word(), copy.left(&world)), ("grace", GRACE));
    world.close(copy);
    world.time += hours(40);
    let copy = world.start();
    assert_eq!((copy.word(), copy.left(&world)), ("grace", GRACE - hours(40)));
    world.crash(copy);
    world.time += hours(9);
    let mut copy = world.start();
    assert_eq!(copy.word(), "grace_over");
    // It is reported at the next contact, and then forgotten.
    world.server.reachable = true;
    world.pass(600, &mut copy);
    assert_eq!((copy.word(), world.server.offline_since), ("licensed", Some(at(since))));
    world.close(copy);
    world.server.reachable = false;
    assert_eq!(world.start().left(&world), GRACE);
}

#[test]
fn grace_reaches_past_neither_the_term_nor_an_unreturned_seat() {
    let mut world = World::new(1);
    world.server.term_end = Some(START + hours(30));
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    let refreshed = world.time;
    world.crash(copy);
    world.server.reachable = false;
    world.time += hours(20);
    let copy = world.start();
    assert_eq!(copy.left(&world), START + hours(30) - world.time);
    world.crash(copy);

    let mut world = World::new(1);
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    world.crash(copy);
    world.server.reachable = false;
    world.time += hours(20);
    let left = world.start().left(&world);
    // The seat is back 48 hours after the last refresh, and so much is left.
    assert!((GRACE - hours(20) - 60..=GRACE - hours(20)).contains(&left), "{left} {refreshed}");
}

#[test]
fn a_turned_back_clock_does_not_stretch_grace() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.reachable = false;
    world.time += hours(1);
    let mut copy = world.start();
    world.pass(hours(24), &mut copy);
    world.skew = -hours(1000);
    world.pass(hours(20), &mut copy);
    assert_eq!(copy.word(), "grace");
    world.close(copy);
    let mut copy = world.start();
    assert_eq!(copy.word(), "grace");
    world.pass(hours(5), &mut copy);
    assert_eq!(copy.word(), "grace_over");
    // And the next signed contact forgives it.
    world.server.reachable = true;
    world.pass(600, &mut copy);
    assert_eq!(copy.word(), "licensed");
    world.server.reachable = false;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "offline");
}

#[test]
fn a_refusal_seen_ends_grace() {
    for code in [Code::LicenseRevoked, Code::LicenseSuspended, Code::Blocked, Code::LicenseExpired, Code::KeyRevoked] {
        let mut world = World::new(1);
        let copy = world.start();
        world.close(copy);
        world.server.refuse = Some(code.clone());
        let copy = world.start();
        assert_eq!(copy.word(), code.as_str());
        world.close(copy);
        world.server.reachable = false;
        assert_eq!(world.start().word(), code.as_str());
        // Until the server grants something again.
        world.server.reachable = true;
        world.server.refuse = None;
        let copy = world.start();
        assert_eq!(copy.word(), "licensed");
        world.close(copy);
        world.server.reachable = false;
        assert_eq!(world.start().word(), "grace");
    }
}

/// As after a laptop was reported lost: what it was told last counts, also if the cable is pulled in the same moment.
///
/// Seen red: with 401 not kept as a refusal.
#[test]
fn an_activation_that_ended_ends_grace_at_once() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.forget_tokens();
    let root = world.server.root_key();
    let mut copy = world.open(Some(root));
    let checkout = world.asks(&mut copy);
    world.answer(&mut copy, &checkout);
    world.server.reachable = false;
    world.settle(&mut copy);
    assert_eq!(copy.word(), "activation_ended");
}

/// Who tried a release that the maintenance does not cover goes on with the one before, also on a plane.
///
/// Seen red: with every refusal kept against every version.
#[test]
fn a_release_that_is_not_covered_ends_the_grace_of_that_release_only() {
    for code in [Code::MaintenanceLapsed, Code::VersionNotSupported] {
        let mut world = World::new(1);
        let copy = world.start();
        world.close(copy);
        world.version = "17";
        world.server.refuse = Some(code.clone());
        let copy = world.start();
        world.close(copy);
        world.server.reachable = false;
        assert_eq!(world.start().word(), code.as_str());
        world.version = "16";
        assert_eq!(world.start().word(), "grace");
    }
}

#[test]
fn a_full_pool_does_not_end_grace() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.seats = 0;
    let copy = world.start();
    assert_eq!(copy.word(), "no_seat_available");
    world.close(copy);
    world.server.reachable = false;
    assert_eq!(world.start().word(), "grace");
}

#[test]
fn woken_from_sleep_it_refreshes_first() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    world.server.asked.clear();
    world.sleep(hours(60));
    // By its own reckoning grace is over, but the server says otherwise before anybody is told.
    world.settle(&mut copy);
    assert_eq!((copy.word(), world.server.asked[0]), ("licensed", "refresh"));
}

#[test]
fn terms_are_read_again_once_a_day() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.term_end = Some(START + hours(80));
    world.time += hours(50);
    let copy = world.start();
    assert_eq!(world.server.asked.last(), Some(&"terms"));
    world.close(copy);
    world.server.reachable = false;
    assert_eq!(world.start().left(&world), hours(30), "the certificate is the new one");
}

#[test]
fn another_devices_certificate_is_worth_nothing() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.reachable = false;
    // The whole memory is carried to another device, and its own check got round.
    world.memory.borrow_mut().fingerprint = vec!["other".into(), "disk2".into(), "mac2".into()];
    assert_eq!(world.start().word(), problems::NO_CONTACT);
}

#[test]
fn a_new_key_that_cannot_be_tried_yet_interrupts_nobody() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.keys = vec![key("SN-2", 2)];
    world.server.reachable = false;
    let mut copy = world.start();
    assert_eq!(copy.word(), "grace");
    world.server.reachable = true;
    world.pass(600, &mut copy);
    assert_eq!(copy.word(), "licensed");
    assert!(world.memory.borrow().activations.contains_key(&key("SN-2", 2).id));
}

#[test]
fn the_end_is_told_when_it_comes() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.pass(REFRESH + 40, &mut copy);
    world.server.reachable = false;
    world.pass(REFRESH + 40, &mut copy);
    let left = copy.left(&world);
    world.pass(left - 1, &mut copy);
    assert_eq!(copy.word(), "offline");
    // Not only when the server is tried again, some minutes later.
    world.server.asked.clear();
    world.pass(1, &mut copy);
    assert_eq!((copy.word(), world.server.asked.len()), ("grace_over", 0));
}
