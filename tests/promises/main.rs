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

use std::collections::BTreeMap;

use jiff::Timestamp;
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

/// Who holds a seat: each session with the time of its last refresh.
#[track_caller]
fn refreshes(world: &World, license: &License) -> BTreeMap<String, Timestamp> {
    let sessions = world.sessions(license);
    let text = |session: &serde_json::Value, member: &str| session[member].as_str().expect(member).to_owned();
    sessions.iter().map(|s| (text(s, "id"), text(s, "last_refreshed_at").parse().expect("a time"))).collect()
}

/// Waits until all who held a seat have renewed it since, and nobody else holds one.
#[track_caller]
fn all_go_on(world: &World, license: &License, before: &BTreeMap<String, Timestamp>) {
    until(BOUND, "everybody to refresh, and nobody else", || {
        let now = refreshes(world, license);
        let renewed = |(id, at): (&String, &Timestamp)| before.get(id).is_some_and(|before| at > before);
        (now.len() == before.len() && now.iter().all(renewed)).then_some(())
    });
}
