//! Disks that fail, fill up, turn read-only or lie, and servers that are stopped, doubled and restored: each for real. What
//! is answered is so, what cannot be done is said, and work goes on when the disk does.
//! Knows the name of the books' file and their table of events, to break them; nothing else of how they are kept.

mod backup;
mod damage;
mod disk;
mod fsync;
mod old;
mod process;

use seatkeeper_test_support::{Answer, BOUND, until};
use seatkeeper_test_world::World;

/// The books' file in the data folder.
const BOOKS: &str = "seatkeeper.db";

/// A refusal that says that nothing was changed, and when to come back.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    let problem = answer.expect(503);
    assert_eq!(problem["code"], "unavailable", "{problem}");
    assert!(answer.header("Retry-After").is_some(), "it does not say when to ask again: {answer:?}");
}

/// It says itself that it should get no requests, and its log says why.
#[track_caller]
fn assert_not_ready(world: &mut World, why: &str) {
    assert_eq!(world.server.http().get("/readyz").status, 503);
    let log = world.server.process().stderr();
    assert!(log.contains(why), "the log does not name {why:?}: {log}");
}

#[track_caller]
fn recovered(world: &World) {
    until(BOUND, "the server to be ready again", || world.server.is_ready().then_some(()));
}
