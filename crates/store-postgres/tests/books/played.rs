//! Books with something of every kind in them, made by a plan of the conformance suite.

use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_store::Clock;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::engine::{Engine, filled};
use seatkeeper_store::conformance::plan::{Act, Ask, By, Desk, Door, Fate, PROGRAMS, Plan, Sold, Step};
use seatkeeper_store_postgres::{Database, PostgresReader, PostgresWriter};
use seatkeeper_test_support::{self as support, Postgres};

/// A database by its address.
pub(crate) struct Shared<'a>(pub(crate) &'a support::Database);

impl Engine for Shared<'_> {
    type Writer = PostgresWriter;
    type Reader = PostgresReader;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (PostgresWriter, PostgresReader) {
        let database = Database::open(&self.0.url()).expect("the database is there");
        (database.writers(&clock, 1).remove(0), database.reader())
    }
}

/// What happens until something of every kind is left, with two restarts on the way.
pub(crate) fn plan() -> Plan {
    let all = |act| Step::Batch((0..PROGRAMS).map(|program| Ask { program, act, heard: true }).collect(), Fate::Done);
    let one = |program, act| Step::Batch(vec![Ask { program, act, heard: true }], Fate::Done);
    let office = |desk| Step::Office(desk, By::Vendor, false, Fate::Done);
    let steps = vec![
        all(Act::Open),
        office(Desk::Token(true)),
        office(Desk::Token(false)),
        office(Desk::SigningKey),
        Step::Restart,
        one(0, Act::Close),
        Step::Pass(61),
        all(Act::Open),
        office(Desk::AddKey),
        office(Desk::Contact(1)),
        Step::Restart,
        one(2, Act::WrongKey),
        one(1, Act::Close),
        all(Act::Open),
        office(Desk::BlockUser(3)),
        office(Desk::BlockDevice(2)),
        office(Desk::Erase(0)),
        all(Act::Open),
        one(0, Act::Close),
        one(1, Act::Close),
        office(Desk::Door(Door::AskReset(true), 0)),
        office(Desk::Door(Door::SignIn(true), 0)),
        office(Desk::Door(Door::DrawFactor, 0)),
        office(Desk::Door(Door::ConfirmFactor, 0)),
        office(Desk::Door(Door::SignIn(true), 2)),
        office(Desk::Door(Door::View(1), 2)),
    ];
    Plan { sold: Sold { seats: 2, ..Sold::plain() }, steps }
}

/// Rows of each kind.
pub(crate) fn kinds(books: &Books) -> [usize; 18] {
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
        books.accounts.len(),
        books.sign_ins.len(),
        books.links.len(),
        books.mails.len(),
    ]
}

/// A database that was played on.
pub(crate) struct Played {
    pub(crate) database: support::Database,
    pub(crate) books: Arc<Books>,
    pub(crate) now: Timestamp,
}

impl Played {
    pub(crate) fn new() -> Self {
        let database = Postgres::shared();
        let (books, now) = filled(Shared(&database), &plan());
        Self { database, books, now }
    }

    pub(crate) fn open(&self) -> Database {
        Database::open(&self.database.url()).expect("the database is there")
    }
}
