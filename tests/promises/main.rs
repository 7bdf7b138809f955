//! What customers are promised, one test each, named as the promise: a real server, and real programs in processes of their
//! own, each with its own user, device and state. Where a promise is about the server's answer alone it is asked over HTTP.
//!
//! A test's first line is what the customer is told. How each was seen to turn red stands with it.

mod closing;
mod copies;
mod holders;
mod keys;
mod office;
mod offline;
mod pool;
mod run;
mod server;
mod single_user;
mod story;

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Desk, License, World};

/// A desk of its own for the `number`th person.
fn desk(world: &World, license: &License, number: u32) -> Desk {
    Desk::new(&format!("user {number}"), &format!("WS-{number}"), world.server.url(), license)
}

/// Waits until so many seats are held.
#[track_caller]
fn in_use_comes_to(world: &World, license: &License, seats: u64) {
    until(BOUND, &format!("{seats} seats to be held"), || (world.in_use(license) == seats).then_some(()));
}
