//! The disk no longer confirms what it was given: every sync fails with EIO (a preloaded library).
//!
//! Seen red: with `synchronous=NORMAL` in `store-sqlite/connect.rs`, commits that did not sync were answered with success; with
//! `write_over` left out of `store-sqlite/writer.rs`, a refused checkout was there after the kill.

use std::time::Duration;

use seatkeeper_test_support::{FsyncShim, Start};
use seatkeeper_test_world::{Machine, World};
use uuid::Uuid;

use crate::{assert_not_ready, assert_unavailable, recovered};

#[test]
fn a_failing_sync_is_told_and_nothing_is_answered_that_is_not_so() {
    let shim = FsyncShim::with_delay(Duration::ZERO);
    let mut world = World::on(shim.under(Start::default()).ready());
    let license = world.pool(3);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let mut ann = program.take("Ann");

    shim.fail();
    let ben = Uuid::new_v4();
    assert_unavailable(&program.ask(ben, "Ben"));
    assert_unavailable(&program.refresh(&ann));
    assert_unavailable(&program.give_back(ann.checkout));
    assert_not_ready(&mut world, "disk");
    assert_eq!(world.in_use(&license), 1, "what was refused was done all the same");
    assert!(shim.mend() > 0, "no sync failed: nothing was tested");

    recovered(&world);
    program.renew(&mut ann);
    // The same request by the same id is a new one: the refused one left nothing.
    let ben = program.ask(ben, "Ben").expect(201);
    assert_eq!((&ben["seat"], &ben["in_use"]), (&"new".into(), &2.into()));
    world.server.kill9();
    world.server.restart();
    assert_eq!(world.in_use(&license), 2);
    world.check();
}

#[test]
fn a_kill_while_syncs_fail_leaves_what_was_answered_and_nothing_else() {
    let shim = FsyncShim::with_delay(Duration::ZERO);
    let mut world = World::on(shim.under(Start::default()).ready());
    let license = world.pool(3);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let mut ann = program.take("Ann");
    shim.fail();
    assert_unavailable(&program.ask(Uuid::new_v4(), "Ben"));
    world.server.kill9();
    shim.mend();
    world.server.restart();
    program.renew(&mut ann);
    assert_eq!(world.in_use(&license), 1, "what was refused came back");
    world.check();
}
