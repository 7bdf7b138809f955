//! Two hundred programs at fifty seats over HTTP, at once: they take, renew and return, replies get lost, support releases and
//! sales changes the seats meanwhile. Knows nothing of how the server keeps its books.
//!
//! Seen red: with `in_use >= limit` made `>` in `domain/decide/seats.rs` the database's constraint refused whole batches, and
//! with that loosened too, grants above the limit were answered; with the counter left as it was when a seat is freed, and
//! with a repeated checkout not known again in `domain/decide/checkout.rs`, seats stayed taken after all had returned.

mod crowd;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Dice, Intervals, License, World};
use serde_json::json;

use crowd::{Guest, Told};

const PROGRAMS: u64 = 200;
const SEATS: u64 = 50;
/// What sales goes back and forth between.
const FEWER: u64 = 40;
/// Between two acts of the office, so that programs are most of the load.
const PACE: Duration = Duration::from_millis(20);

#[test]
fn two_hundred_programs_at_fifty_seats_never_hold_more_and_lose_none() {
    let world = World::start();
    let license = world.pool(SEATS as u32);
    let intervals = Intervals::default();
    let over = AtomicBool::new(false);

    let mut guests: Vec<Guest> = (0..PROGRAMS).map(|number| Guest::admitted(&world, &license, number)).collect();
    thread::scope(|scope| {
        let crowd: Vec<_> = guests.iter_mut().map(|guest| scope.spawn(|| guest.come_and_go(&intervals))).collect();
        let office = [
            scope.spawn(|| watch(&world, &license, &over)),
            scope.spawn(|| release_some(&world, &license, &intervals, &over)),
            scope.spawn(|| change_seats(&world, &license, &over)),
        ];
        let told: Vec<_> = crowd.into_iter().map(|guest| guest.join()).collect();
        // Before any complaint is looked at, or the office would go on for ever.
        over.store(true, Ordering::Relaxed);
        office.into_iter().for_each(|one| one.join().expect("the office is content"));
        let told: Vec<Told> = told.into_iter().map(|guest| guest.expect("a guest is content")).collect();
        let granted: u32 = told.iter().map(|told| told.granted).sum();
        let refused: u32 = told.iter().map(|told| told.refused).sum();
        let lost: u32 = told.iter().map(|told| told.lost_replies).sum();
        println!("{granted} granted, {refused} refused, {lost} replies lost");
        assert!(granted > 0 && refused > 0 && lost > 0, "the race was none");
    });

    assert!(intervals.most_at_once() <= SEATS, "more than {SEATS} held seats at once, by their own answers");
    // A request that was hung up on may still be on its way; what it takes is given back by its own id.
    until(BOUND, "every seat to be back", || {
        guests.iter().for_each(Guest::leave);
        (world.in_use(&license) == 0).then_some(())
    });
    assert!(world.sessions(&license).is_empty());
    world.check();
}

/// Whatever an administrator reads at any time: never more in use than the most that was ever sold.
fn watch(world: &World, license: &License, over: &AtomicBool) {
    while pace(over) {
        let seen = world.seen(license);
        assert!(seen["in_use"].as_u64().is_some_and(|in_use| in_use <= SEATS), "{seen}");
    }
}

/// Support gives seats back for people, at random.
fn release_some(world: &World, license: &License, intervals: &Intervals, over: &AtomicBool) {
    let mut dice = Dice::seeded(7);
    while pace(over) {
        let sessions = world.admin.get(&format!("/v1/sessions?license_id={}&state=live", license.id)).expect(200);
        let items = sessions["items"].as_array().expect("a list has items");
        if items.is_empty() {
            continue;
        }
        let chosen = items[dice.below(items.len() as u64) as usize]["id"].as_str().expect("an id");
        intervals.ended(chosen);
        world.admin.post(&format!("/v1/sessions/{chosen}/release"), &json!({ "reason": "on holiday" })).expect(200);
    }
}

/// Sales cuts the seats and adds them again. Nobody is thrown out, and nobody gets in until it fits: each grant says so.
fn change_seats(world: &World, license: &License, over: &AtomicBool) {
    for seats in [FEWER, SEATS].into_iter().cycle() {
        if !pace(over) {
            return;
        }
        world.admin.patch(&license.path(), &json!({ "seats": seats })).expect(200);
    }
}

/// Waits its turn; whether the race still goes on.
fn pace(over: &AtomicBool) -> bool {
    thread::sleep(PACE);
    !over.load(Ordering::Relaxed)
}
