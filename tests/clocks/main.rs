//! A server whose wall clock is stepped, both ways, while it runs and while it does not: no seat is freed, none is frozen.
//! The clock is the machine's to the server (libfaketime); only what has really passed counts.
//!
//! Seen red: with the wall clock in place of the steady one in `store/clock.rs`, seats were given to others after a step
//! ahead and never came back after a step behind; with `may_reclaim` always true in `domain/ledger.rs`, a restart under a
//! clock set ahead gave everybody's seat away; with the clock not started after the books' last instant, a lease from before
//! a step back was none.

use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_test_support::{FakeClock, Start, until};
use seatkeeper_test_world::{License, Machine, Program, Seat, World};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// A pool of two whose seats are due back when their leases of half a minute end, the shortest there is.
fn short_leases(clock: &FakeClock) -> (World, License) {
    let world = World::on(clock.on(Start::default()).ready());
    let policy = json!({ "lease_seconds": 30, "refresh_seconds": 5, "hold": "lease", "grace_seconds": 0 });
    let license = world.license(json!({ "model": "concurrent", "seats": 2, "policy": policy }));
    (world, license)
}

fn seated(world: &World, license: &License, name: &str) -> (Program, Seat) {
    let program = Machine::new(name).activate(&world.server.http(), license);
    let seat = program.take(name);
    (program, seat)
}

fn states(world: &World, license: &License) -> Vec<Value> {
    world.sessions(license).into_iter().map(|session| session["state"].clone()).collect()
}

#[test]
fn a_step_ahead_frees_no_seat() {
    let clock = FakeClock::real();
    let (world, license) = short_leases(&clock);
    let mut held = ["Ann", "Ben"].map(|name| seated(&world, &license, name));
    let cyd = Machine::new("Cyd").activate(&world.server.http(), &license);
    clock.step_to(10 * DAY);
    let refused = cyd.ask(uuid::Uuid::new_v4(), "Cyd").expect(409);
    assert_eq!(refused["code"], "no_seat_available", "{refused}");
    assert_eq!(states(&world, &license), ["live", "live"]);
    for (program, seat) in &mut held {
        program.renew(seat);
    }
    assert_eq!(world.in_use(&license), 2);
}

#[test]
fn a_step_back_freezes_no_seat() {
    let clock = FakeClock::real();
    let (world, license) = short_leases(&clock);
    let (ann, _silent) = (seated(&world, &license, "Ann"), seated(&world, &license, "Ben"));
    let cyd = Machine::new("Cyd").activate(&world.server.http(), &license);
    clock.step_to(-10 * DAY);
    let (program, mut seat) = ann;
    program.renew(&mut seat);
    // Ben is not heard of again. His seat is due back by the time that really passes, which is his lease's half minute.
    let taken = until(Duration::from_secs(60), "the silent seat to be given on", || {
        program.renew(&mut seat);
        let answer = cyd.ask(uuid::Uuid::new_v4(), "Cyd");
        (answer.status == 201).then_some(answer)
    });
    assert_eq!(taken.expect(201)["in_use"], 2);
    program.give_back(seat.checkout).expect(204);
    assert_eq!(world.in_use(&license), 1);
}

#[test]
fn a_restart_under_a_clock_set_ahead_takes_nothing_back_for_a_lease() {
    let clock = FakeClock::real();
    let (mut world, license) = short_leases(&clock);
    let mut held = ["Ann", "Ben"].map(|name| seated(&world, &license, name));
    let cyd = Machine::new("Cyd").activate(&world.server.http(), &license);
    world.server.stop();
    clock.step_to(DAY);
    world.server.restart();
    // By the new clock both are a day overdue, and still nobody else gets their seats before they could be heard of.
    assert_eq!(states(&world, &license), ["silent", "silent"]);
    cyd.ask(uuid::Uuid::new_v4(), "Cyd").expect(409);
    for (program, seat) in &mut held {
        program.renew(seat);
    }
    assert_eq!(states(&world, &license), ["live", "live"]);
}

#[test]
fn a_restart_under_a_clock_set_back_goes_on_from_what_the_books_know() {
    let clock = FakeClock::real();
    let (mut world, license) = short_leases(&clock);
    let (program, mut seat) = seated(&world, &license, "Ann");
    let before = time(&seat.answer);
    world.server.stop();
    clock.step_to(-10 * DAY);
    world.server.restart();
    program.renew(&mut seat);
    assert!(time(&seat.answer) >= before, "the server's time went back: {} after {before}", time(&seat.answer));
    program.give_back(seat.checkout).expect(204);
    assert_eq!(world.in_use(&license), 0);
}

fn time(answer: &Value) -> Timestamp {
    answer["server_time"].as_str().and_then(|text| text.parse().ok()).expect("server_time is a time")
}
