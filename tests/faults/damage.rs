//! Books that somebody or something has changed behind the server's back: the file's bytes, and rows of the audit trail.
//!
//! Seen red: with hashes not compared in `check/chain.rs` the altered event passed, with heads not compared the cut-off one,
//! with neither gaps nor numbers looked at the missing one; with no counts made in `check/counters.rs`, the counter. With damage
//! not remembered in `store-sqlite/damage.rs`, one damaged page left the server ready; with damage taken for a fault of our own
//! in `store-sqlite/error.rs`, programs were told 500 and not when to come back, and the corrupt file was not named as damaged;
//! with what cannot be read not said in `check/mod.rs`, the corrupt page passed.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use rusqlite::Connection;
use seatkeeper_test_support::Process;
use seatkeeper_test_world::{License, Machine, Program, Seat, World};
use uuid::Uuid;

use crate::process::serve;
use crate::{BOOKS, assert_not_ready, assert_unavailable};

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

/// A server that was just started again: what it knows stands in the file alone. Ann has a seat of three.
fn serving() -> (World, License, Program, Seat) {
    let mut world = World::start();
    let license = world.pool(3);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let ann = program.take("Ann");
    world.server.stop();
    world.server.restart();
    (world, license, program, ann)
}

#[test]
fn a_file_damaged_while_it_is_served_is_told_and_nothing_is_answered_that_is_not_so() {
    let (mut world, license, program, mut ann) = serving();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backup = folder.path().join("books.backup");
    world.back_up(&backup);
    corrupt(&world, 1, |pages| pages);
    assert_unavailable(&program.ask(Uuid::new_v4(), "Ben"));
    assert_unavailable(&program.refresh(&ann));
    assert_unavailable(&program.give_back(ann.checkout));
    // What was read before may be known still; nobody is told that a licence, a token or a seat is not there.
    let seen = world.admin.get(&license.path());
    assert!(seen.status == 503 || seen.expect(200)["in_use"] == 1, "{seen:?}");
    assert_not_ready(&mut world, "damaged");

    world.restore(&backup, &folder.path().join("restored"));
    let program = program.at(&world.server.http());
    program.renew(&mut ann);
    assert_eq!(world.in_use(&license), 1);
    world.check();
}

/// The audit trail cannot be written any more, so nothing that is an event can be done. What needs none goes on.
#[test]
fn one_damaged_page_is_enough_to_be_not_ready_until_the_books_are_restored() {
    let (mut world, _, program, mut ann) = serving();
    let books = Connection::open(world.server.data().join(BOOKS)).expect("the books can be opened");
    let page: u32 = books
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'events'", (), |row| row.get(0))
        .expect("events are kept");
    drop(books);
    corrupt(&world, u64::from(page) - 1, |_| u64::from(page));
    assert_unavailable(&program.ask(Uuid::new_v4(), "Ben"));
    assert_not_ready(&mut world, "damaged");
    program.renew(&mut ann);
    // A write that meets no damage says nothing of the rest.
    assert_not_ready(&mut world, "damaged");
    assert_found(&world, "damaged");
}
