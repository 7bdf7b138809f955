//! The database goes away and comes back, and servers are killed beside it.
//!
//! Seen red: with one batch in fifteen rolled back and answered all the same (`store-postgres/writer.rs`), what had been answered
//! was unknown; without the lock on the pool's row (`store-postgres/load/first.rs`) the counter and the sessions were apart; with
//! `synchronous_commit` off in `store-postgres/link.rs` a killed database took answers with it; before a writer gave up the
//! lane of a commit whose fate it had not learned, every batch after the outage failed.

use std::thread;
use std::time::{Duration, Instant};

use seatkeeper_test_support::{FsyncShim, Postgres, thorough};
use seatkeeper_test_world::Dice;

use crate::crowd::Crowd;
use crate::servers::Servers;

/// A server lives so long at most from one kill to the next.
const LIFE: Duration = Duration::from_millis(500);
/// What a disk takes to confirm that has to ask another room.
const SLOW: Duration = Duration::from_millis(10);

#[test]
fn a_server_killed_in_mid_batch_is_not_missed() {
    let postgres = Postgres::start();
    let database = postgres.url(&postgres.create_database());
    let mut servers = Servers::on(&database);
    let mut crowd = Crowd::at(&servers, &database);
    let mut dice = Dice::seeded(5);
    crowd.live_through(|course| {
        for round in 0..if thorough() { 50 } else { 4 } {
            thread::sleep(dice.while_below(LIFE));
            let server = if round % 2 == 0 { &mut servers.world.server } else { &mut servers.second };
            server.kill9();
            course.everybody_is_served();
            server.restart();
        }
    });
    crowd.are_accounted_for(&servers);
}

#[test]
fn servers_find_a_database_again_that_was_stopped_or_killed() {
    outlive(Postgres::start(), &[Postgres::stop, Postgres::kill9]);
}

#[test]
fn a_slow_disk_loses_nothing_either() {
    // After a kill it would sync each of its thousand files first.
    let starting = Postgres::starting().setting("recovery_init_sync_method", "syncfs");
    outlive(starting.disk(FsyncShim::with_delay(SLOW)).ready(), &[Postgres::kill9]);
}

/// However it ends under load, the database takes no answer with it, and both servers say how it is.
#[track_caller]
fn outlive(mut postgres: Postgres, ends: &[fn(&mut Postgres)]) {
    let database = postgres.url(&postgres.create_database());
    let servers = Servers::on(&database);
    let mut crowd = Crowd::at(&servers, &database);
    crowd.live_through(|course| {
        for end in ends {
            course.everybody_is_served();
            let gone = Instant::now();
            end(&mut postgres);
            servers.come_to_be_ready(false);
            println!(
                "both say that they are not ready {} ms after the database's end began",
                gone.elapsed().as_millis()
            );
            postgres.restart();
            let back = Instant::now();
            servers.come_to_be_ready(true);
            course.everybody_is_served();
            println!("everybody is served {} ms after it was back", back.elapsed().as_millis());
        }
    });
    crowd.are_accounted_for(&servers);
}
