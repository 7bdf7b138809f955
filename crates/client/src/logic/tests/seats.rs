//! Taking a seat, keeping it, losing it, returning it; crashes and lost replies.

use seatkeeper_protocol::{Code, EndReason};

use super::world::*;
use crate::logic::Next;
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

/// Seen red: with each of the reasons left out of `seat_gone`.
#[test]
fn a_seat_taken_away_on_purpose_is_not_asked_for_again() {
    for reason in ["released", "blocked", "license_revoked", "activation_ended"] {
        let mut world = World::new(1);
        let mut copy = world.start();
        let taken = std::mem::take(&mut world.server.live);
        world.server.over.extend(taken.into_keys().map(|id| (id, reason)));
        world.pass(hours(2), &mut copy);
        assert_eq!(copy.state(), &State::Lost { reason: EndReason::from(reason) });
        assert!(world.server.live.is_empty());
    }
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
fn the_server_says_when_to_refresh_but_not_never() {
    let mut world = World::new(1);
    world.server.refresh_after = 3 * REFRESH as u64;
    let mut copy = world.start();
    world.server.asked.clear();
    world.pass(3 * REFRESH - 10, &mut copy);
    assert!(world.server.asked.is_empty());
    world.server.refresh_after = u64::MAX;
    world.pass(20, &mut copy);
    assert_eq!(world.server.asked, ["refresh"]);
    world.pass(hours(24 * 40), &mut copy);
    assert_eq!(copy.word(), "licensed");
    assert!(world.server.asked.len() > 1);
}

/// Seen red: with no more and no less taken at random.
#[test]
fn programs_that_start_together_do_not_ask_together_for_ever() {
    let due = |jitter| {
        let mut world = World::new(1);
        world.jitter = jitter;
        let mut copy = world.start();
        match world.next(&mut copy) {
            Next::Wait(pause) => pause.as_secs(),
            other => panic!("{other:?}"),
        }
    };
    let even = REFRESH as u64;
    assert_eq!([-1.0, 0.0, 1.0].map(due), [even - even / 10, even, even + even / 10]);
}

#[test]
fn however_many_died_they_are_named_a_hundred_at_a_time() {
    let mut world = World::new(500);
    for _ in 0..150 {
        let copy = world.start();
        world.crash(copy);
        // Nobody notices yet.
        world.memory.borrow_mut().checkouts.values_mut().for_each(|checkout| checkout.dead = false);
    }
    world.memory.borrow_mut().checkouts.values_mut().for_each(|checkout| checkout.dead = true);
    let mut copy = world.start();
    assert_eq!(world.server.live.len(), 51);
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(world.server.live.len(), 1);
}
