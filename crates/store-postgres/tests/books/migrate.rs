//! Books moved from the embedded engine to this one and back: all of them, however often the copying dies on the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use seatkeeper_store::conformance::engine::{Engine, filled, holds};
use seatkeeper_store::conformance::plan::{Plan, Step, plans};
use seatkeeper_store::conformance::play::play;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::conformance::{Books, HandClock};
use seatkeeper_store::migrate::{Found, Identity, Kind, MigrateError, Record, Source, Target, copy};
use seatkeeper_store::read::{EventRow, LanePosition, Scope};
use seatkeeper_store::{Clock, Reader, StoreError, Upkeep};
use seatkeeper_store_postgres::{Database, OpenError, PostgresMigration, PostgresReader, PostgresWriter};
use seatkeeper_store_sqlite::{self as sqlite, SqliteMigration, SqliteReader, SqliteWriter};
use seatkeeper_test_support::{self as support, Postgres};
use tempfile::TempDir;

/// A database by its address.
struct Shared<'a>(&'a support::Database);

impl Engine for Shared<'_> {
    type Writer = PostgresWriter;
    type Reader = PostgresReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (PostgresWriter, PostgresReader) {
        let database = Database::open(&self.0.url()).expect("the database is there");
        (database.writers(&clock, 1).remove(0), database.reader())
    }
}

/// The same with every lane but one in others' hands, another at each start: one chain comes to stand on several lanes.
struct Lanes<'a>(&'a support::Database, u32);

impl Engine for Lanes<'_> {
    type Writer = PostgresWriter;
    type Reader = PostgresReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (PostgresWriter, PostgresReader) {
        let database = Database::open(&self.0.url()).expect("the database is there");
        self.1 += 1;
        let sql = "INSERT INTO lanes SELECT n, 0, 0, 0, '00000000-0000-0000-0000-000000000000', 0 \
             FROM generate_series(2, 3) n ON CONFLICT DO NOTHING; \
             UPDATE lanes SET held_until = CASE WHEN lane = LANE THEN 0 ELSE 9000000000000000 END";
        self.0.psql(&sql.replace("LANE", &(self.1 % 3 + 1).to_string()));
        (database.writers(&clock, 1).remove(0), database.reader())
    }
}

/// A data directory by its path.
struct Directory<'a>(&'a Path);

impl Engine for Directory<'_> {
    type Writer = SqliteWriter;
    type Reader = SqliteReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (SqliteWriter, SqliteReader) {
        let books = sqlite::Books::open(self.0).expect("nobody else has the directory");
        (books.writer(clock), books.reader())
    }
}

/// A plan, the same each time, in whose books something of every kind is left.
fn plan() -> Plan {
    let mut runner = TestRunner::deterministic();
    let drawn = std::iter::from_fn(|| plans(60).new_tree(&mut runner).ok()).take(500).map(|tree| {
        let mut plan = tree.current();
        plan.steps.retain(|step| !matches!(step, Step::Restore | Step::Backup));
        plan
    });
    let mut drawn = drawn.filter(|plan| {
        let mut last: Arc<Books> = Arc::default();
        play(plan, |turn, _| {
            last = turn.after.clone();
            Ok(())
        })
        .is_ok_and(|()| kinds(&last).iter().all(|rows| *rows > 0))
    });
    drawn.next().expect("a plan that leaves something of every kind")
}

/// Rows of each kind.
fn kinds(books: &Books) -> [usize; 14] {
    [
        books.products.len(),
        books.customers.len(),
        books.licenses.len(),
        books.keys.len(),
        books.activations.len(),
        books.installations.len(),
        books.sessions.len(),
        books.checkouts.len(),
        books.blocks.len(),
        books.denials.len(),
        books.tokens.len(),
        books.signing_keys.len(),
        books.answered.len(),
        books.attempts.len(),
    ]
}

#[test]
fn x() {
    let mut runner = TestRunner::deterministic();
    let mut max = [0; 14];
    for _ in 0..300 {
        let mut plan = plans(60).new_tree(&mut runner).unwrap().current();
        plan.steps.retain(|step| !matches!(step, Step::Restore | Step::Backup));
        let mut last: Arc<Books> = Arc::default();
        play(&plan, |turn, _| {
            last = turn.after.clone();
            Ok(())
        })
        .unwrap();
        let k = kinds(&last);
        for i in 0..14 {
            max[i] = max[i].max(k[i]);
        }
    }
    panic!("{max:?}");
}
