//! The suite that every engine must pass, on databases that are connected to anew after every crash; under read committed,
//! which is what servers use, and under serializable, which some engines that speak the protocol know alone.

use std::sync::Arc;

use seatkeeper_store::Clock;
use seatkeeper_store::conformance::engine::{
    Engine, constraints_are_enforced, copies_follow_their_devices, faults_change_nothing, plays_as_the_model,
    seldom_books_are_read, stories_end_as_told,
};
use seatkeeper_store_postgres::{Database, PostgresReader, PostgresWriter};
use seatkeeper_test_support::{self as support, Postgres};

use crate::wire::Wire;

/// A database that goes with it.
struct Own {
    /// Goes when this does.
    _database: support::Database,
    url: String,
    isolation: &'static str,
}

impl Engine for Own {
    type Writer = PostgresWriter;
    type Reader = PostgresReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (PostgresWriter, PostgresReader) {
        let url = format!("{}?options=-c%20default_transaction_isolation%3D{}", self.url, self.isolation);
        let database = Database::open(&url).expect("the database is there");
        let writer = database.writers(&clock, 1).pop().expect("a writer");
        (writer, database.reader())
    }
}

fn new() -> Own {
    let database = Postgres::shared();
    Own { url: database.url(), _database: database, isolation: "read%5C%20committed" }
}

fn serializable() -> Own {
    Own { isolation: "serializable", ..new() }
}

#[test]
fn postgres_plays_as_the_model() {
    plays_as_the_model(12, new);
}

#[test]
fn postgres_enforces_constraints() {
    constraints_are_enforced(new);
}

#[test]
fn postgres_finds_copies_by_their_devices() {
    copies_follow_their_devices(new);
}

#[test]
fn postgres_reads_seldom_books() {
    seldom_books_are_read(new);
}

#[test]
fn postgres_tells_the_stories() {
    stories_end_as_told(new);
}

#[test]
fn postgres_plays_as_the_model_when_serializable() {
    plays_as_the_model(32, serializable);
}

#[test]
fn postgres_tells_the_stories_when_serializable() {
    stories_end_as_told(serializable);
}

#[test]
fn faults_on_the_way_to_postgres_change_nothing() {
    let own = new();
    let wire = Wire::to(&own.url);
    let url = wire.url(&own.url);
    faults_change_nothing(Own { url, ..own }, |fault| wire.arm(fault), || wire.fired());
}
