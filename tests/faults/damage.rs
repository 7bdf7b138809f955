//! Books that somebody or something has changed behind the server's back: the file's bytes, and rows of the audit trail.
//!
//! Seen red: with hashes not compared in `check/chain.rs` the altered event passed, with heads not compared the cut-off one,
//! with neither gaps nor numbers looked at the missing one; with no counts made in `check/counters.rs`, the counter.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use rusqlite::Connection;
use seatkeeper_test_support::Process;
use seatkeeper_test_world::{License, Machine, World};

use crate::BOOKS;
use crate::process::serve;

/// Of the books' file, in bytes.
const PAGE: u64 = 4096;

/// A stopped server's books with some events in them.
fn books() -> (World, License) {
    let mut world = World::start();
    let license = world.pool(3);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    for user in ["Ann", "Ben"] {
        program.give_back(program.take(user).checkout).expect(204);
    }
    world.check();
    world.server.stop();
    world.check();
    (world, license)
}

/// Runs one statement on the books' file, which must change one row at least.
fn alter(world: &World, statement: &str) {
    let books = Connection::open(world.server.data().join(BOOKS)).expect("the books can be opened");
    let changed = books.execute(statement, []).expect("the statement is right");
    assert!(changed > 0, "{statement} changed nothing");
}

#[track_caller]
fn assert_found(world: &World, what: &str) {
    let output = world.run_check();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(what), "it does not name {what:?}: {said}");
}

#[test]
fn check_finds_an_altered_event() {
    let (world, _) = books();
    alter(&world, "UPDATE events SET at = at + 1 WHERE number = (SELECT max(number) - 2 FROM events)");
    assert_found(&world, "chain");
}

#[test]
fn check_finds_a_missing_event() {
    let (world, _) = books();
    alter(&world, "DELETE FROM events WHERE number = (SELECT max(number) - 2 FROM events)");
    assert_found(&world, "chain");
}

#[test]
fn check_finds_a_cut_off_event() {
    let (world, _) = books();
    alter(&world, "DELETE FROM events WHERE number = (SELECT max(number) FROM events)");
    assert_found(&world, "chain");
}

#[test]
fn check_finds_a_counter_that_is_not_its_rows() {
    let (world, _) = books();
    alter(&world, "UPDATE counters SET in_use = in_use + 1");
    assert_found(&world, "counters");
}

/// Overwrites the books' file with noise from here to there, in pages.
fn corrupt(world: &World, from: u64, to: impl Fn(u64) -> u64) {
    let file = world.server.data().join(BOOKS);
    let pages = fs::metadata(&file).expect("the books are there").len() / PAGE;
    let books = File::options().write(true).open(&file).expect("the books can be opened");
    let noise = vec![0xA5; usize::try_from(PAGE).expect("small")];
    for page in from..to(pages) {
        books.write_all_at(&noise, page * PAGE).expect("it can be written");
    }
}

#[test]
fn check_finds_a_corrupt_page() {
    let (world, _) = books();
    corrupt(&world, 5, |_| 6);
    assert_found(&world, "damaged");
}

#[test]
fn a_corrupt_file_is_named_and_not_served() {
    let (world, _) = books();
    // All but the first page, which says that this is a database at all.
    corrupt(&world, 1, |pages| pages);
    assert_found(&world, "damaged");
    let mut server = Process::start(&mut serve(world.server.data()));
    assert_eq!(server.wait().code(), Some(1));
    assert!(server.stderr().contains("damaged"), "it does not say what is wrong: {}", server.stderr());
}
