//! `kill -9` at random instants under load: everything answered is there after the restart, nothing is half done, nobody lost
//! or gained a seat. Twenty times, or a hundred with `cargo xtask test --thorough`.
//!
//! Seen red: with one batch in forty answered and not committed in `store/driver.rs`, leases that had been given were unknown;
//! with a commit in the middle of a batch in `store-sqlite/writer.rs`, the counter and the sessions were apart.

mod worker;

use std::thread;
use std::time::Duration;

use seatkeeper_test_support::thorough;
use seatkeeper_test_world::{Dice, License, World};

use worker::Worker;

const WORKERS: u64 = 12;
/// Fewer than workers, so that some are refused.
const SEATS: u32 = 8;
/// The server lives so long at most from one kill to the next.
const LIFE: Duration = Duration::from_millis(400);

#[test]
fn what_was_answered_survives_kill_9_at_any_instant() {
    let mut world = World::start();
    let license = world.pool(SEATS);
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::admitted(&world, &license, number)).collect();
    let mut dice = Dice::seeded(16);
    for round in 1..=if thorough() { 100 } else { 20 } {
        thread::scope(|scope| {
            workers.iter_mut().for_each(|worker| drop(scope.spawn(|| worker.work_until_the_server_dies())));
            thread::sleep(dice.while_below(LIFE));
            world.server.kill9();
        });
        world.server.restart();
        println!("kill {round}");
        let sessions = world.sessions(&license);
        workers.iter_mut().for_each(|worker| worker.finds_what_was_answered(&sessions));
        workers.iter_mut().for_each(Worker::ask_again);
        assert_seats(&world, &license, &workers);
        world.check();
    }
    let answered: usize = workers.iter().map(Worker::answered).sum();
    println!("{answered} requests were answered");
    assert!(answered > 100, "there was no load to speak of: {answered} requests");
    workers.iter_mut().for_each(Worker::leave);
    assert_eq!(world.in_use(&license), 0);
}

/// The books and the workers agree on who has a seat, each in one of their own.
#[track_caller]
fn assert_seats(world: &World, license: &License, workers: &[Worker]) {
    let mut held: Vec<&str> = workers.iter().filter_map(Worker::session).collect();
    let sessions = world.sessions(license);
    let mut kept: Vec<&str> = sessions.iter().filter_map(|session| session["id"].as_str()).collect();
    held.sort_unstable();
    kept.sort_unstable();
    assert_eq!(held, kept);
    assert_eq!(world.in_use(license), held.len() as u64);
}
