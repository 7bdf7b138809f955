//! Plays what the conformance suite draws against the model and the engine side by side: every decision and
//! every row must be alike, through crashes before and after a commit.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use proptest::prelude::*;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::conformance::Books as Model;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::{Turn, decide_and_apply, play};
use seatkeeper_store::{Clock, Writer};
use seatkeeper_store_sqlite::{Books, SqliteWriter};

#[derive(Default)]
struct At(Mutex<Timestamp>);

impl Clock for At {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Engine {
    _dir: tempfile::TempDir,
    books: Books,
    clock: Arc<At>,
    writer: Option<(Timestamp, SqliteWriter)>,
}

impl Engine {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let books = Books::open(dir.path()).unwrap();
        Self { _dir: dir, books, clock: Arc::default(), writer: None }
    }

    fn set(&self, at: Timestamp) {
        *self.clock.0.lock().unwrap() = at;
    }

    fn writer(&mut self, turn: &Turn) -> &mut SqliteWriter {
        if self.writer.as_ref().is_none_or(|(opened, _)| *opened != turn.opened_at) {
            self.set(turn.opened_at);
            self.writer = Some((turn.opened_at, self.books.writer(self.clock.clone())));
        }
        self.set(turn.now);
        &mut self.writer.as_mut().unwrap().1
    }
}

fn everything(model: &Model) -> Needs {
    let mut needs = Needs { signing_keys: true, ..Needs::default() };
    needs.licenses.extend(model.licenses.keys());
    needs.keys.extend(model.keys.keys());
    needs.activations.extend(model.activations.keys());
    needs.installations.extend(model.installations.keys());
    needs.sessions.extend(model.sessions.keys());
    needs.checkouts.extend(model.checkouts.keys());
    needs.blocks.extend(model.blocks.keys());
    needs.denials.extend(model.denials.keys());
    needs.products.extend(model.products.keys());
    needs.customers.extend(model.customers.keys());
    needs.answered.extend(model.answered.keys().cloned());
    needs.attempts.extend(model.attempts.keys().cloned());
    needs
}

macro_rules! same {
    ($ledger:ident, $model:ident, $($table:ident)*) => {$(
        for (id, row) in &$model.$table {
            prop_assert_eq!($ledger.$table.get(id), Some(row));
        }
        prop_assert_eq!($ledger.$table.values().count(), $model.$table.len());
    )*};
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn like_the_model(plan in plans(40)) {
        let mut engine = Engine::new();
        let mut committed: Arc<Model> = Arc::default();
        play(&plan, |turn, _| {
            if turn.restored { return Err(TestCaseError::reject("restores are the suite's")); }
            let writer = engine.writer(turn);
            let mut ledger = writer.begin(&seatkeeper_domain::needs(&turn.commands)).unwrap();
            for (command, decision) in turn.commands.iter().zip(&turn.decisions) {
                let ours = decide_and_apply(&mut ledger, command);
                prop_assert_eq!(&ours.answer, &decision.answer);
            }
            let model = &turn.after;
            if *model == committed && !turn.commands.is_empty() { writer.rollback(); } else { writer.commit(&ledger).unwrap(); }
            committed = model.clone();
            let ledger = writer.begin(&everything(model)).unwrap();
            same!(ledger, model, licenses counters keys activations installations sessions checkouts blocks denials products customers answered attempts);
            writer.rollback();
            Ok(())
        })?;
    }
}
