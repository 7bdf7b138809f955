//! Books moved from the embedded engine to this one and back: all of them, however often the copying dies on the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_store::conformance::engine::{Engine, filled, holds};
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::conformance::{Books, HandClock};
use seatkeeper_store::migrate::{Found, Identity, Kind, MigrateError, Record, Source, Target, copy};
use seatkeeper_store::read::{EventRow, LanePosition, Scope};
use seatkeeper_store::{Clock, Reader, StoreError, Upkeep};
use seatkeeper_store_postgres::{Database, OpenError, PostgresMigration, PostgresReader, PostgresWriter};
use seatkeeper_store_sqlite::{self as sqlite, SqliteMigration, SqliteReader, SqliteWriter};
use seatkeeper_test_support::{self as support, BOUND, Postgres, until};
use tempfile::TempDir;

use crate::played::{Played, Shared, kinds, plan};

/// A database with every lane but one in others' hands, another at each start: one chain comes to stand on several lanes.
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

/// An embedded engine's books by the plan.
struct Origin {
    dir: TempDir,
    books: Arc<Books>,
    now: Timestamp,
}

fn origin() -> Origin {
    let dir = TempDir::new().unwrap();
    let (books, now) = filled(Directory(dir.path()), &plan());
    assert!(kinds(&books).iter().all(|rows| *rows > 0), "something of every kind: {:?}", kinds(&books));
    Origin { dir, books, now }
}

fn move_to_postgres(from: &Path, to: &support::Database) -> Result<(), MigrateError> {
    let (mut source, mut target) = (SqliteMigration::from(from).unwrap(), PostgresMigration::to(&to.url()).unwrap());
    copy(&mut source, &mut target, &mut |_, _| {})
}

fn move_to_sqlite(from: &support::Database, to: &Path) -> Result<(), MigrateError> {
    let (mut source, mut target) = (PostgresMigration::from(&from.url()).unwrap(), SqliteMigration::to(to).unwrap());
    copy(&mut source, &mut target, &mut |_, _| {})
}

fn sound_directory(dir: &Path) {
    let upkeep = sqlite::Books::open(dir).unwrap().upkeep(Arc::new(HandClock::at(START)));
    assert_eq!(upkeep.check(&mut |_, _| {}).unwrap(), []);
}

fn sound_database(database: &support::Database) {
    let upkeep = Database::open(&database.url()).unwrap().upkeep(Arc::new(HandClock::at(START)));
    assert_eq!(upkeep.check(&mut |_, _| {}).unwrap(), []);
}

/// Seen red when a kind is left out, when the devices' hashes are not written, and when the lane is not set.
#[test]
fn all_books_go_there_and_back() {
    let (origin, there, back) = (origin(), Postgres::shared(), TempDir::new().unwrap());
    let id = sqlite::Books::open(origin.dir.path()).unwrap().installation_id();
    let (mut told, mut all) = (0, 0);
    {
        let mut source = SqliteMigration::from(origin.dir.path()).unwrap();
        let mut target = PostgresMigration::to(&there.url()).unwrap();
        copy(&mut source, &mut target, &mut |done, of| {
            assert!(told <= done && done <= of, "forward, and not beyond the end");
            (told, all) = (done, of);
        })
        .unwrap();
    }
    let rows = (kinds(&origin.books).iter().sum::<usize>() + origin.books.events.len()) as u64;
    assert_eq!((told, all), (2 * rows, 2 * rows), "each is copied and compared");
    assert_eq!(Database::open(&there.url()).unwrap().installation_id(), id);
    move_to_sqlite(&there, back.path()).unwrap();
    assert_eq!(sqlite::Books::open(back.path()).unwrap().installation_id(), id);
    sound_database(&there);
    sound_directory(back.path());
    let hashes: usize = origin.books.activations.values().map(|device| device.fingerprint.len()).sum();
    assert_eq!(there.psql("SELECT COUNT(*) FROM devices"), hashes.to_string(), "by which devices are known again");
    holds(Shared(&there), &origin.books, origin.now).unwrap();
    holds(Directory(back.path()), &origin.books, origin.now).unwrap();
}

/// A chain whose events stand on several lanes comes to stand on one, whole.
///
/// Seen red when the events go by their instants alone, and lane by lane.
#[test]
fn chains_on_several_lanes_stay_whole() {
    let (from, to) = (Postgres::shared(), TempDir::new().unwrap());
    let (books, now) = filled(Lanes(&from, 0), &plan());
    assert_eq!(from.psql("SELECT COUNT(*) FROM lanes WHERE sequence > 0"), "3", "the plan restarts servers");
    from.psql("UPDATE lanes SET held_until = 0");
    sound_database(&from);
    move_to_sqlite(&from, to.path()).unwrap();
    sound_directory(to.path());
    let moved = sqlite::Books::open(to.path()).unwrap();
    let events = moved.reader().events(Scope::Vendor, &[], 1_000).unwrap();
    let texts = |events: &mut dyn Iterator<Item = String>| {
        let mut texts: Vec<String> = events.collect();
        texts.sort();
        texts
    };
    let there = texts(&mut events.iter().map(|row| format!("{:?}", row.event)));
    assert_eq!(there, texts(&mut books.events.iter().map(|event| format!("{event:?}"))));
    drop(moved);
    let without_events = Books { events: Vec::new(), ..Books::clone(&books) };
    // Rows alone: the model has its events in another order.
    let different = holds(Directory(to.path()), &without_events, now).unwrap_err();
    assert!(different.to_string().contains("lanes"), "all rows are the same: {different}");
}

/// A target whose program dies after so many changes.
struct Dies<T> {
    target: T,
    left: usize,
}

impl<T> Dies<T> {
    fn change(&mut self, change: impl FnOnce(&mut T) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.left = self.left.checked_sub(1).ok_or_else(|| StoreError::Lost("killed".to_owned()))?;
        change(&mut self.target)
    }
}

impl<T: Source> Source for Dies<T> {
    fn identity(&mut self) -> Result<Identity, StoreError> {
        self.target.identity()
    }

    fn count(&mut self, kind: Kind) -> Result<u64, StoreError> {
        self.target.count(kind)
    }

    fn rows(&mut self, kind: Kind, after: Option<&Record>, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.target.rows(kind, after, limit)
    }

    fn events(&mut self, after: LanePosition, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        self.target.events(after, limit)
    }
}

impl<T: Target> Target for Dies<T> {
    fn found(&mut self) -> Result<Found, StoreError> {
        self.target.found()
    }

    fn begin(&mut self, identity: &Identity) -> Result<(), StoreError> {
        self.change(|target| target.begin(identity))
    }

    fn write(&mut self, rows: &[Record]) -> Result<(), StoreError> {
        self.change(|target| target.write(rows))
    }

    fn write_events(&mut self, number: u64, events: &[EventRow]) -> Result<(), StoreError> {
        self.change(|target| target.write_events(number, events))
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        self.change(Target::finish)
    }
}

/// Changes that there are to die at.
const CHANGES: usize = 21;

/// Copies with a death at each change in turn, each time to an empty target, and goes on with what is left. `refuses` says
/// whether no server would begin on half a copy; asked where there is nothing, a server would.
fn dies_at_each_change<S: Source, T: Target>(
    source: impl Fn() -> S,
    empty: impl Fn(),
    target: impl Fn(usize) -> T,
    refuses: impl Fn(usize) -> bool,
) {
    for n in 0.. {
        empty();
        let mut dies = Dies { target: target(n), left: n };
        let ended = copy(&mut source(), &mut dies, &mut |_, _| {});
        let found = dies.found().unwrap();
        drop(dies);
        assert_eq!(matches!(found, Found::Copy(_)), n > 0 && refuses(n), "after {n}: {found:?}");
        // Also where it was whole, and only nobody was told.
        copy(&mut source(), &mut target(n), &mut |_, _| {}).unwrap();
        if ended.is_ok() {
            // A beginning, an end, and between them a page of each kind and of the events.
            assert_eq!(n, CHANGES);
            return;
        }
    }
}

/// Seen red when a copy is not marked as half of one.
#[test]
fn killed_anywhere_the_copy_goes_on() {
    let origin = origin();
    let to = Postgres::shared();
    drop(PostgresMigration::to(&to.url()).unwrap());
    let empty = "TRUNCATE meta, products, customers, licenses, counters, keys, activations, devices, installations, \
         sessions, checkouts, blocks, denials, tries, events, mentions, tokens, signing_keys, answered, attempts, \
         accounts, sign_ins, links, mails, usage, usage_done; \
         UPDATE lanes SET sequence = 0, at = 0; UPDATE schema_version SET serves = 42";
    dies_at_each_change(
        || SqliteMigration::from(origin.dir.path()).unwrap(),
        || drop(to.psql(empty)),
        |_| PostgresMigration::to(&to.url()).unwrap(),
        |_| matches!(Database::open(&to.url()), Err(OpenError::HalfCopied { .. })),
    );
    sound_database(&to);
    let back = TempDir::new().unwrap();
    let dir = |n: usize| -> PathBuf { back.path().join(n.to_string()) };
    dies_at_each_change(
        || PostgresMigration::from(&to.url()).unwrap(),
        || (),
        |n| SqliteMigration::to(&dir(n)).unwrap(),
        |n| matches!(sqlite::Books::open(&dir(n)), Err(sqlite::OpenError::HalfCopied { .. })),
    );
    sound_directory(&dir(CHANGES));
    holds(Directory(&dir(CHANGES)), &origin.books, origin.now).unwrap();
}

/// A page of which a part is there, as no version that writes pages of this length leaves it.
///
/// Seen red when all of such a page is written again.
#[test]
fn a_part_of_a_page_is_gone_on_with() {
    let (origin, to) = (origin(), Postgres::shared());
    let mut source = SqliteMigration::from(origin.dir.path()).unwrap();
    let mut dies = Dies { target: PostgresMigration::to(&to.url()).unwrap(), left: 15 };
    copy(&mut source, &mut dies, &mut |_, _| {}).unwrap_err();
    to.psql("DELETE FROM checkouts WHERE id = (SELECT id FROM checkouts ORDER BY id DESC LIMIT 1)");
    copy(&mut source, &mut dies.target, &mut |_, _| {}).unwrap();
    drop(dies);
    sound_database(&to);
}

/// Seen red when the walk at the end compares nothing.
#[test]
fn what_is_changed_in_the_copy_is_found() {
    let origin = origin();
    let changes = [
        ("UPDATE sessions SET version = '0' WHERE id = (SELECT id FROM sessions ORDER BY id LIMIT 1)", "session"),
        ("UPDATE counters SET moves = moves + 1", "licence"),
        ("DELETE FROM checkouts", "checkout"),
        ("INSERT INTO attempts VALUES ('\u{e4}', 1, 1)", "failed attempts"),
        ("UPDATE events SET body = '{}' WHERE number = 2", "event 2"),
        ("UPDATE meta SET restore_epoch = 1", "calls itself another"),
    ];
    for (sql, named) in changes {
        let to = Postgres::shared();
        let mut source = SqliteMigration::from(origin.dir.path()).unwrap();
        let mut target = PostgresMigration::to(&to.url()).unwrap();
        let mut copied = false;
        let differs = copy(&mut source, &mut target, &mut |done, all| {
            // All is copied, and nothing compared.
            if !std::mem::replace(&mut copied, done * 2 >= all) && copied {
                to.psql(sql);
            }
        });
        let said = differs.unwrap_err().to_string();
        assert!(said.contains(named), "{sql}: {said}");
        assert!(matches!(Database::open(&to.url()), Err(OpenError::HalfCopied { .. })), "{sql}");
    }
}

#[test]
fn nothing_is_copied_over_books_or_from_under_a_server() {
    let (origin, there, dir) = (origin(), Postgres::shared(), TempDir::new().unwrap());
    let clock: Arc<dyn Clock> = Arc::new(HandClock::at(origin.now));

    let served = sqlite::Books::open(origin.dir.path()).unwrap();
    let refused = SqliteMigration::from(origin.dir.path()).err().unwrap();
    assert!(matches!(refused, sqlite::OpenError::InUse { .. }), "a server has the directory: {refused}");
    drop(served);
    assert!(SqliteMigration::from(&dir.path().join("none")).is_err(), "there are no books");
    assert!(!dir.path().join("none").exists(), "and none were made");

    drop(Database::open(&there.url()).unwrap());
    let refused = move_to_postgres(origin.dir.path(), &there).unwrap_err();
    assert!(matches!(refused, MigrateError::NotEmpty), "{refused}");

    let there = Postgres::shared();
    move_to_postgres(origin.dir.path(), &there).unwrap();
    let database = Database::open(&there.url()).unwrap();
    assert!(database.upkeep(clock).claim("rounds", 60).unwrap());
    let refused = PostgresMigration::from(&there.url()).err().unwrap();
    assert!(matches!(refused, OpenError::Served { .. }), "a server does a job: {refused}");
    there.psql("DELETE FROM jobs");

    let still = PostgresMigration::from(&there.url()).unwrap();
    let free = "SELECT COUNT(*) FROM (SELECT lane FROM lanes FOR UPDATE SKIP LOCKED) AS free";
    assert_eq!(there.psql(free), "0", "no commit can advance a lane while books are copied");
    drop(still);
    until(BOUND, "the lane to be free again", || (there.psql(free) == "1").then_some(()));
}

/// Seen red when half a copy is gone on with whatever its source has become.
#[test]
fn half_a_copy_of_something_else_is_left_alone() {
    let (origin, to) = (origin(), Postgres::shared());
    let mut dies = Dies { target: PostgresMigration::to(&to.url()).unwrap(), left: 5 };
    copy(&mut SqliteMigration::from(origin.dir.path()).unwrap(), &mut dies, &mut |_, _| {}).unwrap_err();
    let other = TempDir::new().unwrap();
    drop(sqlite::Books::open(other.path()).unwrap());
    let refused = move_to_postgres(other.path(), &to).unwrap_err();
    assert!(matches!(refused, MigrateError::OtherCopy), "{refused}");
}

/// Seen red when rows are not counted, and when chains are not looked at.
#[test]
fn damaged_books_are_not_moved_in_part() {
    let harm = [
        ("DELETE FROM counters WHERE license = (SELECT license FROM counters LIMIT 1)", "licenses"),
        ("DELETE FROM events WHERE number = 3", "out of place"),
    ];
    for (sql, named) in harm {
        let (from, to) = (Played::new().database, TempDir::new().unwrap());
        from.psql(sql);
        let Err(MigrateError::Source(source)) = move_to_sqlite(&from, to.path()) else { panic!("moved after {sql}") };
        assert!(source.to_string().contains(named), "{sql}: {source}");
        let refused = sqlite::Books::open(to.path()).err().unwrap();
        assert!(matches!(refused, sqlite::OpenError::HalfCopied { .. }), "{refused}");
    }
}
