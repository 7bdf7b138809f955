//! The database's leader hands over or dies, and its standby takes over.
//!
//! Seen red: with `synchronous_commit` off in `store-postgres/link.rs` the standby did not know of seats that had been granted,
//! and a seat was granted that it had not heard of.

use std::time::Instant;

use seatkeeper_test_support::{PatroniPair, Start};
use seatkeeper_test_world::{Machine, World};
use uuid::Uuid;

use crate::crowd::Crowd;
use crate::servers::{Servers, come_to_be_ready};
use crate::{assert_unavailable, in_time};

#[test]
fn a_leader_that_hands_over_or_dies_under_load_is_followed_and_nothing_is_lost() {
    let mut pair = PatroniPair::start();
    let database = pair.url(&pair.create_database());
    let servers = Servers::on(&database);
    let mut crowd = Crowd::at(&servers, &database);
    crowd.live_through(|course| {
        let asked = Instant::now();
        pair.hand_over();
        println!("the leader and its standby changed places in {} ms", asked.elapsed().as_millis());
        servers.come_to_be_ready(true);
        course.everybody_is_served();

        let killed = Instant::now();
        pair.kill_leader();
        servers.come_to_be_ready(false);
        course.everybody_is_served();
        println!("everybody was served {} ms after the leader's death", killed.elapsed().as_millis());
        servers.come_to_be_ready(true);
    });
    crowd.are_accounted_for(&servers);
}

/// What the leader alone knows dies with it.
#[test]
fn nothing_is_answered_that_the_standby_has_not_heard() {
    let pair = PatroniPair::start();
    let world = World::on(Start::default().database(&pair.url(&pair.create_database())).ready());
    let license = world.pool(2);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let mut seat = program.take("Ann");

    pair.let_standby_hear(false);
    let ben = Uuid::new_v4();
    assert_unavailable(&in_time(|| program.ask(ben, "Ben")));
    assert_unavailable(&in_time(|| program.refresh(&seat)));

    pair.let_standby_hear(true);
    come_to_be_ready(&world.server, true);
    let again = program.ask(ben, "Ben");
    assert!(matches!(again.status, 200 | 201), "{again:?}");
    program.renew(&mut seat);
    assert_eq!(world.in_use(&license), 2);
}
