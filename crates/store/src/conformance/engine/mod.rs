//! The suite that every engine must pass: it is driven beside the model, and loads, keeps, refuses and reads
//! what the model does. A new engine implements [`Engine`] and calls each of the functions here from a test.

mod asks;
mod compare;
mod constraints;
mod faults;
mod joined;
mod licenses;
mod people;
mod reads;
mod record;
mod refusals;
mod seats;
mod seldom;
mod stories;
mod timeline;
mod usage;

use std::sync::Arc;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use seatkeeper_domain::needs;

pub use constraints::constraints_are_enforced;
pub use faults::{Fault, faults_change_nothing};
pub use joined::copies_follow_their_devices;
pub use seldom::seldom_books_are_read;
pub use stories::stories_end_as_told;
pub use usage::usage_is_kept;

use super::clock::HandClock;
use super::plan::{Fate, Plan, Step, plans};
use super::play::{Turn, decide_and_apply, play};
use super::world::START;
use super::{Books, Memory};
use crate::clock::Clock;
use crate::read::Reader;
use crate::write::Writer;

/// An engine over one database, which is empty when the engine is made.
pub trait Engine {
    /// What writes it.
    type Writer: Writer;
    /// What reads it.
    type Reader: Reader;
    /// Opens it, or opens it again: what was opened before has been dropped, perhaps in the middle of a batch.
    /// The server counts as open from now.
    fn open(&mut self, clock: Arc<dyn Clock>) -> (Self::Writer, Self::Reader);
}

/// Plays random plans on the engine and the model: each batch's ledger, decisions and commit, crashes before
/// and after the commit, and at the end every row, every event and every reading.
///
/// One in `share` of `PROPTEST_CASES` (256), since each batch waits for a disk. Seen red, on the embedded store, when candidates come in another order, a
/// column is not updated, a reading forgets its scope or a condition, or a commit is none.
pub fn plays_as_the_model<E: Engine>(share: u32, new: impl Fn() -> E) {
    let usual = Config::default();
    let mut runner = TestRunner::new(Config { cases: usual.cases.div_ceil(share), ..usual });
    let played = runner.run(&plans(30), |mut plan| {
        // How books are restored is each engine's own.
        plan.steps.retain(|step| !matches!(step, Step::Restore | Step::Backup));
        let mut beside = Beside::open(new());
        let mut last = None;
        play(&plan, |turn, _| {
            beside.turn(turn)?;
            last = Some((turn.after.clone(), turn.now));
            Ok(())
        })?;
        let Some((books, now)) = last else { return Ok(()) };
        beside.reopen(now);
        beside.same_rows(&books)?;
        reads::same_readings(&beside.both()?.1, &books, now)
    });
    if let Err(error) = played {
        panic!("{error}");
    }
}

/// Plays a plan on an engine alone, so that it has books in it: what the model then has, and the instant.
pub fn filled<E: Engine>(engine: E, plan: &Plan) -> (Arc<Books>, jiff::Timestamp) {
    let mut beside = Beside::open(engine);
    let (mut books, mut now) = (Arc::default(), START);
    play(plan, |turn, _| {
        (books, now) = (turn.after.clone(), turn.now);
        beside.turn(turn)
    })
    .expect("the engine keeps up with the model");
    (books, now)
}

/// That an engine holds these books: every row and every reading.
///
/// # Errors
/// The first difference.
pub fn holds<E: Engine>(engine: E, books: &Books, now: jiff::Timestamp) -> Result<(), TestCaseError> {
    let mut beside = Beside::open(engine);
    beside.reopen(now);
    beside.same_rows(books)?;
    reads::same_readings(&beside.both()?.1, books, now)
}

/// An engine that follows the model.
struct Beside<E: Engine> {
    engine: E,
    clock: Arc<HandClock>,
    open: Option<(E::Writer, E::Reader)>,
}

impl<E: Engine> Beside<E> {
    fn open(mut engine: E) -> Self {
        let clock = Arc::new(HandClock::at(START));
        let open = Some(engine.open(clock.clone()));
        Self { engine, clock, open }
    }

    fn reopen(&mut self, now: jiff::Timestamp) {
        self.clock.set(now);
        self.open = None;
        self.open = Some(self.engine.open(self.clock.clone()));
    }

    fn both(&mut self) -> Result<&mut (E::Writer, E::Reader), TestCaseError> {
        self.open.as_mut().ok_or_else(|| TestCaseError::fail("the engine is closed"))
    }

    fn writer(&mut self) -> Result<&mut E::Writer, TestCaseError> {
        Ok(&mut self.both()?.0)
    }

    /// The same batch, with the same fate.
    fn turn(&mut self, turn: &Turn) -> Result<(), TestCaseError> {
        self.clock.set(turn.now);
        if turn.reopened {
            self.reopen(turn.now);
        }
        if !turn.commands.is_empty() {
            self.batch(turn)?;
        }
        if turn.fate != Fate::Done {
            self.reopen(turn.now);
        }
        Ok(())
    }

    fn batch(&mut self, turn: &Turn) -> Result<(), TestCaseError> {
        let fail = |error: crate::error::StoreError| TestCaseError::fail(error.to_string());
        let needs = needs(&turn.commands);
        let writer = self.writer()?;
        let mut ledger = writer.begin(&needs).map_err(fail)?;
        let model = turn.before.load(&needs, turn.now, turn.opened_at);
        compare::ledgers(&ledger, &model, &turn.before).map_err(TestCaseError::fail)?;
        for (command, decision) in turn.commands.iter().zip(&turn.decisions) {
            let decided = decide_and_apply(&mut ledger, command);
            if decided.answer != decision.answer || decided.changes != decision.changes {
                return Err(TestCaseError::fail(format!("{command:?}: {decided:?}, the model says {decision:?}")));
            }
        }
        if turn.fate != Fate::DiesBefore {
            writer.commit(&ledger).map_err(fail)?;
        }
        Ok(())
    }

    /// Every row that the model has, and no other.
    fn same_rows(&mut self, books: &Books) -> Result<(), TestCaseError> {
        let fail = |error: crate::error::StoreError| TestCaseError::fail(error.to_string());
        let (needs, now) = (books.everything(), self.clock.now());
        let writer = self.writer()?;
        let ledger = writer.begin(&needs).map_err(fail)?;
        writer.rollback();
        compare::ledgers(&ledger, &books.load(&needs, now, now), books).map_err(TestCaseError::fail)
    }
}

/// A model of the same books, for reading.
fn model(books: &Books, clock: Arc<dyn Clock>) -> Memory {
    let memory = Memory::new(clock);
    memory.set(books);
    memory
}
