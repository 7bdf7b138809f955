//! What a decision should have seen to, a database sees to again: a ledger that breaks a rule is refused
//! whole, and the engine goes on.

use std::sync::Arc;

use seatkeeper_domain::ledger::{Change, Ledger};
use uuid::Uuid;

use super::{Beside, Engine, Turn};
use crate::conformance::Books;
use crate::conformance::plan::{Act, Ask, By, Desk, Fate, Plan, Sold, Step, Visit};
use crate::conformance::play::play;
use crate::error::StoreError;
use crate::write::Writer;

/// A rule, and how to break it.
type Breach = (&'static str, fn(&Books) -> Vec<Change>);

const BREACHES: &[Breach] = &[
    ("seats above the ceiling", |books| {
        let (id, counters) = books.counters.first_key_value().expect("a licence");
        let mut over = *counters;
        over.in_use = over.ceiling + 1;
        vec![Change::Counters(*id, over)]
    }),
    ("two seats for one holder", |books| {
        let session = books.sessions.values().find(|s| s.live()).expect("a session");
        let mut second = session.clone();
        second.id = Uuid::from_u128(0xBAD).into();
        vec![Change::Session(second)]
    }),
    ("a serial number twice, however it is written", |books| {
        let mut license = books.licenses.values().next().expect("a licence").clone();
        license.id = Uuid::from_u128(0xBAD).into();
        license.serial_number = format!(" {}", license.serial_number.to_lowercase());
        vec![Change::Counters(license.id, Default::default()), Change::License(license)]
    }),
    ("a product key twice", |books| {
        let mut key = books.keys.values().next().expect("a key").clone();
        key.id = Uuid::from_u128(0xBAD).into();
        vec![Change::Key(key)]
    }),
    ("a product's code twice", |books| {
        let mut product = books.products.values().next().expect("a product").clone();
        product.id = Uuid::from_u128(0xBAD).into();
        vec![Change::Product(product)]
    }),
    ("a customer's external id twice", |books| {
        let mut customer = books.customers.values().next().expect("a customer").clone();
        customer.id = Uuid::from_u128(0xBAD).into();
        vec![Change::Customer(customer)]
    }),
    ("the same asked for twice from one mailbox", |books| {
        let mut ask = books.asks.values().next().expect("an ask").clone();
        ask.id = Uuid::from_u128(0xBAD).into();
        ask.email = ask.email.to_uppercase();
        vec![Change::Ask(ask)]
    }),
    ("two open episodes of one holder", |books| {
        let mut denial = books.denials.values().find(|d| d.outcome.is_none()).expect("an episode").clone();
        denial.id = Uuid::from_u128(0xBAD).into();
        vec![Change::Denial(denial)]
    }),
];

/// Breaks each rule on purpose: the commit is refused as a constraint, nothing of it stays, and the next
/// batch is as if it had not been.
///
/// Seen red, on the embedded store, when a CHECK or a unique index is taken out of its schema, or serial numbers
/// are compared as they are written.
pub fn constraints_are_enforced<E: Engine>(new: impl Fn() -> E) {
    let mut beside = Beside::open(new());
    let books = full_pool(&mut beside);
    for (what, breach) in BREACHES {
        let writer = beside.writer().expect("an open engine");
        let mut ledger: Ledger = writer.begin(&books.everything()).expect("facts");
        breach(&books).into_iter().for_each(|change| ledger.apply(change));
        let refused = writer.commit(&ledger);
        assert!(matches!(refused, Err(StoreError::Constraint(_))), "{what}: {refused:?}");
        writer.rollback();
        beside.same_rows(&books).expect("nothing of it stayed");
    }
}

/// A pool of one seat that is held, with somebody refused, and a visitor who asked for a trial.
fn full_pool<E: Engine>(beside: &mut Beside<E>) -> Arc<Books> {
    let ask = |program| Ask { program, act: Act::Open, heard: true };
    let visit = Step::Office(Desk::Visit(Visit::Ask(0, true)), By::Vendor, false, Fate::Done);
    let steps = vec![Step::Batch(vec![ask(0), ask(2)], Fate::Done), visit];
    let plan = Plan { sold: Sold { seats: 1, ..Sold::plain() }, steps };
    let mut books = Arc::default();
    play(&plan, |turn: &Turn, _| {
        beside.turn(turn)?;
        books = turn.after.clone();
        Ok(())
    })
    .expect("the engine keeps up with the model");
    books
}
