//! The client's contract, each rule told as a story with invented time.

mod random;
pub(crate) mod world;

use seatkeeper_protocol::{Code, EndReason};
use world::*;

use crate::problems;
use crate::state::State;

#[test]
fn takes_a_seat_keeps_it_and_returns_it() {
    let mut world = World::new(1);
    let mut copy = world.start();
    assert_eq!(copy.word(), "licensed");
    assert_eq!(world.server.asked, ["activate", "checkout"]);
    world.pass(hours(8), &mut copy);
    assert_eq!(copy.word(), "licensed");
    assert_eq!(copy.logic.details().unwrap().seats, 1);
    world.close(copy);
    assert!(world.server.live.is_empty());
    assert!(world.memory.borrow().checkouts.is_empty());
}

#[test]
fn later_starts_need_no_activation() {
    let mut world = World::new(1);
    let copy = world.start();
    world.close(copy);
    world.server.asked.clear();
    let copy = world.start();
    assert_eq!((copy.word(), world.server.asked.as_slice()), ("licensed", ["checkout"].as_slice()));
}

#[test]
fn a_full_pool_is_told_and_asked_again() {
    let mut world = World::new(0);
    let mut copy = world.start();
    assert_eq!(copy.word(), "no_seat_available");
    assert!(copy.logic.features().is_empty());
    world.server.seats = 1;
    world.pass(60, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn a_lost_reply_never_takes_a_second_seat() {
    let mut world = World::new(5);
    let first = world.start();
    world.close(first);
    world.server.lose_replies = true;
    let mut copy = world.start();
    assert_eq!(copy.word(), "grace");
    assert_eq!(world.server.live.len(), 1);
    world.server.lose_replies = false;
    world.pass(600, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
    world.close(copy);
    assert!(world.server.live.is_empty());
}

#[test]
fn a_crash_before_the_answer_is_tidied_by_the_next_start() {
    let mut world = World::new(1);
    let first = world.start();
    world.close(first);
    world.server.lose_replies = true;
    let copy = world.start();
    assert_eq!(world.server.live.len(), 1);
    world.crash(copy);
    world.server.lose_replies = false;
    // The only seat is the dead copy's: naming it frees it.
    let copy = world.start();
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
    assert!(world.server.over.values().any(|reason| *reason == "died"));
}

#[test]
fn a_living_copy_returns_what_a_dead_one_could_not() {
    let mut world = World::new(5);
    let mut living = world.start();
    let dying = world.start();
    assert_eq!(world.server.live.len(), 2);
    world.crash(dying);
    world.pass(REFRESH + 40, &mut living);
    assert_eq!((living.word(), world.server.live.len()), ("licensed", 1));
    assert_eq!(world.memory.borrow().checkouts.len(), 1);
}

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
fn a_suspended_license_keeps_the_seat_and_goes_on_once_resumed() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.server.refuse = Some(Code::LicenseSuspended);
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("license_suspended", 1));
    assert!(copy.logic.features().is_empty());
    world.server.refuse = None;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
}

#[test]
fn a_reclaimed_seat_is_asked_for_again_once() {
    let mut world = World::new(1);
    let mut copy = world.start();
    let take = |world: &mut World, reason| {
        let taken = std::mem::take(&mut world.server.live);
        world.server.over.extend(taken.into_keys().map(|id| (id, reason)));
    };
    take(&mut world, "reclaimed");
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1), "another was free");
    take(&mut world, "reclaimed");
    world.server.seats = 0;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.state(), &State::Lost { reason: EndReason::Reclaimed });
    world.server.seats = 1;
    world.pass(hours(2), &mut copy);
    assert_eq!(copy.word(), "lost", "not by itself");
    world.retry(&mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn a_released_seat_is_not_taken_back_by_itself() {
    let mut world = World::new(1);
    let mut copy = world.start();
    let taken = std::mem::take(&mut world.server.live);
    world.server.over.extend(taken.into_keys().map(|id| (id, "released")));
    world.pass(hours(2), &mut copy);
    assert_eq!(copy.state(), &State::Lost { reason: EndReason::Released });
    assert!(world.server.live.is_empty());
}

#[test]
fn a_forked_checkout_takes_one_of_its_own() {
    let mut world = World::new(2);
    let mut copy = world.start();
    world.server.refuse = Some(Code::CheckoutForked);
    world.pass(REFRESH - 10, &mut copy);
    assert_eq!(copy.word(), "licensed");
    world.server.asked.clear();
    // The refresh is refused as a fork, the checkout that follows is not.
    world.mono += 20;
    world.time += 20;
    let before: Vec<_> = world.server.live.keys().copied().collect();
    world.settle(&mut copy);
    world.server.refuse = None;
    world.retry(&mut copy);
    world.pass(400, &mut copy);
    assert_eq!(copy.word(), "licensed");
    let after: Vec<_> = world.server.live.keys().copied().collect();
    assert!(after.iter().any(|id| !before.contains(id)), "{after:?}");
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
fn a_token_that_ended_is_renewed_with_the_key() {
    let mut world = World::new(1);
    let mut copy = world.start();
    let before: Vec<_> = world.server.live.keys().copied().collect();
    // Another installation of the world's makes all tokens new.
    world.server.forget_tokens();
    world.server.asked.clear();
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "licensed");
    assert_eq!(&world.server.asked[..2], ["activate", "checkout"]);
    assert_eq!(world.server.live.keys().copied().collect::<Vec<_>>(), before, "the same checkout");
}

#[test]
fn two_copies_that_activate_do_not_fight_over_the_token() {
    let mut world = World::new(5);
    let mut one = world.start();
    world.server.forget_tokens();
    let mut other = world.start();
    world.server.asked.clear();
    for _ in 0..5 {
        world.pass(REFRESH + 40, &mut one);
        world.pass(REFRESH + 40, &mut other);
    }
    assert_eq!((one.word(), other.word()), ("licensed", "licensed"));
    assert!(!world.server.asked.contains(&"activate"), "{:?}", world.server.asked);
}

#[test]
fn keys_are_tried_in_order() {
    let mut world = World::new(1);
    world.keys = vec![key("SN-0", 0), key("SN-1", 1)];
    world.server.unknown.insert("SN-0".into());
    assert_eq!(world.start().word(), "licensed");
}

#[test]
fn a_changed_key_counts_at_once_when_the_old_one_is_refused() {
    let mut world = World::new(1);
    world.server.unknown.insert("SN-1".into());
    let mut copy = world.start();
    assert_eq!(copy.word(), "unknown_key");
    world.server.asked.clear();
    world.pass(hours(1), &mut copy);
    assert!(world.server.asked.is_empty(), "the same key again would be the same answer");
    world.keys = vec![key("SN-2", 2)];
    world.pass(70, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn a_changed_key_never_takes_two_seats() {
    let mut world = World::new(5);
    let mut copy = world.start();
    world.keys = vec![key("SN-2", 2)];
    world.pass(hours(1), &mut copy);
    assert_eq!(world.server.asked.iter().filter(|call| **call == "activate").count(), 1, "at the next start");
    world.server.revoked.insert(key("SN-1", 1).id);
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
    assert!(world.memory.borrow().activations.contains_key(&key("SN-2", 2).id));
}

#[test]
fn a_false_server_licenses_nobody() {
    let mut world = World::new(5);
    let root = world.server.root_key();
    world.server.false_one();
    assert_eq!(world.start_with(Some(root)).word(), problems::UNTRUSTED_SERVER);
    // Nor does it after the true one has been met, or without a root key in the program.
    for root in [Some(root), None] {
        let mut world = World::new(5);
        let copy = world.start_with(root);
        assert_eq!(copy.word(), "licensed");
        world.close(copy);
        world.server.false_one();
        assert_eq!(world.start_with(root).word(), "grace");
    }
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
fn a_device_given_up_is_not_activated_again_unasked() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.server.reachable = false;
    assert!(world.give_up(&mut copy).is_err());
    world.server.reachable = true;
    assert_eq!(world.give_up(&mut copy), Ok(()));
    assert_eq!(copy.word(), problems::DEVICE_GIVEN_UP);
    world.pass(hours(2), &mut copy);
    world.close(copy);
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::DEVICE_GIVEN_UP);
    world.retry(&mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn no_key_is_told_until_one_is_there() {
    let mut world = World::new(1);
    world.keys.clear();
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::NO_KEY);
    world.keys = vec![key("SN-1", 1)];
    world.pass(70, &mut copy);
    assert_eq!(copy.word(), "licensed");
}
