//! One of two servers is cut off from the database, in both ways in which networks do that: connections break, or nothing is heard.
//!
//! Seen red: with no `LIMIT` to what is asked in `store-postgres/link.rs` a request took half a minute; without
//! `idle_in_transaction_session_timeout` there, the lock of the server that fell silent held everybody up until it was heard.

use std::thread;
use std::time::{Duration, Instant};

use seatkeeper_test_support::{Postgres, psql, until};
use seatkeeper_test_world::{Cable, Machine};
use uuid::Uuid;

use crate::crowd::Crowd;
use crate::servers::{Servers, come_to_be_ready};
use crate::{RECOVERY, assert_unavailable, in_time};

#[test]
fn a_server_cut_off_says_so_and_comes_back_by_itself() {
    let postgres = Postgres::start();
    let name = postgres.create_database();
    let database = postgres.url(&name);
    let cable = Cable::to(&format!("127.0.0.1:{}", postgres.port()));
    let servers = Servers::each_on([&format!("postgres://postgres@{}/{name}", cable.address()), &database]);
    let license = servers.pool();
    let [cut_off, fine] = servers.http();
    let program = Machine::new("WS-1").activate(&cut_off, &license);
    let mut seat = program.take("Ann");

    for end in [Cable::cut, Cable::fall_silent] {
        end(&cable);
        assert_unavailable(&in_time(|| program.ask(Uuid::new_v4(), "Ben")));
        assert_unavailable(&in_time(|| program.refresh(&seat)));
        come_to_be_ready(&servers.world.server, false);
        come_to_be_ready(&servers.second, true);
        program.at(&fine).renew(&mut seat);
        cable.mend();
        come_to_be_ready(&servers.world.server, true);
        program.renew(&mut seat);
    }
}

/// It is in the middle of a batch, with the pool's row locked. The other gets the lock before long, and the seats stay right.
#[test]
fn a_server_that_falls_silent_holds_nobody_up() {
    let postgres = Postgres::start();
    let name = postgres.create_database();
    let database = postgres.url(&name);
    let cable = Cable::to(&format!("127.0.0.1:{}", postgres.port()));
    let servers = Servers::each_on([&format!("postgres://postgres@{}/{name}", cable.address()), &database]);
    let mut crowd = Crowd::at(&servers, &database);
    crowd.live_through(|course| {
        until(RECOVERY, "silence in the middle of a batch", || {
            cable.fall_silent();
            thread::sleep(2 * STUCK);
            let stuck = psql(&database, &stuck()) != "0";
            if !stuck {
                cable.mend();
                thread::sleep(STUCK);
            }
            stuck.then_some(())
        });
        let silent = Instant::now();
        course.everybody_is_served();
        println!("everybody is served {} ms after one server fell silent", silent.elapsed().as_millis());
        come_to_be_ready(&servers.world.server, false);
        cable.mend();
        come_to_be_ready(&servers.world.server, true);
        course.everybody_is_served();
    });
    crowd.are_accounted_for(&servers);
}

/// Longer than a server that is heard leaves a transaction alone.
const STUCK: Duration = Duration::from_millis(100);

/// How many transactions nobody has gone on with.
fn stuck() -> String {
    format!(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' \
         AND state_change < clock_timestamp() - interval '{} ms'",
        STUCK.as_millis()
    )
}
