//! The suite that every engine must pass, on files that are opened anew after every crash.

use std::sync::Arc;

use seatkeeper_store::Clock;
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::engine::{
    Engine, constraints_are_enforced, copies_follow_their_devices, filled, plays_as_the_model, seldom_books_are_read,
    stories_end_as_told, usage_is_kept,
};
use seatkeeper_store::conformance::plan::{Plan, Sold};
use seatkeeper_store_sqlite::{Books, SqliteReader, SqliteWriter};
use tempfile::TempDir;

/// A data directory that goes with it.
struct Directory(TempDir);

/// One that stays.
struct Within<'a>(&'a Directory);

impl Engine for Directory {
    type Writer = SqliteWriter;
    type Reader = SqliteReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (SqliteWriter, SqliteReader) {
        let books = Books::open(self.0.path()).expect("nobody else has the directory");
        (books.writer(clock), books.reader())
    }
}

impl Engine for Within<'_> {
    type Writer = SqliteWriter;
    type Reader = SqliteReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (SqliteWriter, SqliteReader) {
        let books = Books::open(self.0.0.path()).expect("nobody else has the directory");
        (books.writer(clock), books.reader())
    }
}

fn new() -> Directory {
    Directory(TempDir::new().expect("a directory"))
}

#[test]
fn sqlite_plays_as_the_model() {
    plays_as_the_model(4, new);
}

#[test]
fn sqlite_enforces_constraints() {
    constraints_are_enforced(new);
}

#[test]
fn sqlite_finds_copies_by_their_devices() {
    copies_follow_their_devices(new);
}

#[test]
fn sqlite_reads_seldom_books() {
    seldom_books_are_read(new);
}

#[test]
fn sqlite_tells_the_stories() {
    stories_end_as_told(new);
}

#[test]
fn sqlite_keeps_usage() {
    let directory = new();
    let (played, now) = filled(Within(&directory), &Plan { sold: Sold::plain(), steps: Vec::new() });
    let books = Books::open(directory.0.path()).expect("nobody else has the directory");
    usage_is_kept(&played, &books.reader(), &books.upkeep(Arc::new(HandClock::at(now))));
}
