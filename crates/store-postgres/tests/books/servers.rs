//! Several servers on one database: what one does the others count with, and nobody waits for one that is gone.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, FailedAttempt, Office, OfficeCommand, ProductPatch, PutProduct};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::engine::Fault;
use seatkeeper_store::driver::Outcome;
use seatkeeper_store::{Clock, Driver, StoreError, Submit, Writer};
use seatkeeper_store_postgres::Database;
use seatkeeper_test_support::{BOUND, Postgres, until};
use uuid::Uuid;

use crate::wire::Wire;

/// A server's driver, with so many tasks.
fn server(url: &str, tasks: usize) -> Driver {
    let database = Database::open(url).expect("the database is there");
    let clock: Arc<dyn Clock> = Arc::new(database.clock());
    Driver::start_all(database.writers(&clock, tasks)).expect("a driver")
}

fn attempt(submit: &Submit, address: &str) -> Outcome {
    answer(submit, Command::FailedAttempt(FailedAttempt { address: address.to_owned() }))
}

/// Unlike an attempt, this has an event.
fn add_product(submit: &Submit, code: &str) -> Outcome {
    let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
    let patch = ProductPatch { code: Some(code.to_owned()), name: Some(code.to_owned()), ..ProductPatch::default() };
    let product = PutProduct { id: Uuid::new_v4().into(), new: true, patch, if_match: None };
    answer(submit, Command::Office(Box::new(OfficeCommand { by, what: product.into() })))
}

fn answer(submit: &Submit, command: Command) -> Outcome {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(submit.submit(command))
}

/// Seen red when an address's row is not locked, and when there is none yet to lock.
#[test]
fn attempts_at_one_address_are_counted_on_all_servers() {
    let database = Postgres::shared();
    let servers = [server(&database.url(), 1), server(&database.url(), 1), server(&database.url(), 1)];
    for round in 0..20 {
        let address = format!("192.0.2.{round}");
        thread::scope(|scope| {
            for server in &servers {
                for _ in 0..5 {
                    scope.spawn(|| attempt(&server.submit(), &address).expect("durable").expect("counted"));
                }
            }
        });
        let counted = database.psql(&format!("SELECT failures FROM attempts WHERE address = '{address}'"));
        assert_eq!(counted.trim(), "15", "{address}");
    }
}

/// Every task has a lane to itself; one that was gone too long finds another. Seen red when a lane that is another's is
/// written on all the same.
#[test]
fn a_lane_that_was_taken_meanwhile_costs_nothing() {
    let database = Postgres::shared();
    let first = server(&database.url(), 1);
    let done = |server: &Driver| matches!(attempt(&server.submit(), "192.0.2.1"), Ok(Ok(Answer::Attempt { .. })));
    assert!(done(&first));
    database.psql("UPDATE lanes SET held_until = 0");
    let second = server(&database.url(), 1);
    assert!(done(&second), "it takes the lane of one that seems gone");
    assert!(done(&first) && done(&second) && done(&first), "and the other takes one of its own");
    assert_eq!(database.psql("SELECT lane, batch FROM lanes ORDER BY lane").trim(), "1|3\n2|2");
    assert_eq!(database.psql("SELECT failures FROM attempts").trim(), "5");
}

/// The database goes away with the answer to a commit and stays away until nobody waits for it any more. Where the lane is
/// then, only the database knows. Seen red when the writer goes on from where it believes the lane to be: every batch
/// until it ends writes events that are there already.
#[test]
fn a_commit_of_which_nobody_learned_costs_nothing_that_comes_later() {
    let database = Postgres::shared();
    let wire = Wire::to(&database.url());
    let server = server(&wire.url(&database.url()), 1);
    assert!(matches!(add_product(&server.submit(), "planner"), Ok(Ok(_))));
    wire.arm(Fault::ReplyLost);
    wire.take_no_more();
    assert!(matches!(add_product(&server.submit(), "viewer"), Err(StoreError::Unknown(_))));
    assert!(wire.fired());
    wire.mend();
    assert!(matches!(add_product(&server.submit(), "planner-pro"), Ok(Ok(_))));
    assert_eq!(database.psql("SELECT COUNT(*) FROM products"), "3", "that of which nobody learned stands, too");
}

/// Seen red when a writer keeps its lane after it ended.
#[test]
fn a_server_that_ends_leaves_its_lanes_to_the_next() {
    let database = Postgres::shared();
    for _ in 0..3 {
        let server = server(&database.url(), 2);
        assert!(attempt(&server.submit(), "192.0.2.1").is_ok());
    }
    assert_eq!(database.psql("SELECT COUNT(*) FROM lanes").trim(), "1", "only one of two tasks had anything to write");
}

/// Seen red when the schema's row is not locked.
#[test]
fn servers_that_start_at_once_make_one_schema() {
    let database = Postgres::shared();
    let opened: Vec<_> = thread::scope(|scope| {
        let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| Database::open(&database.url()))).collect();
        opening.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let ids: Vec<_> = opened.into_iter().map(|opened| opened.expect("opened").installation_id()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

/// Programs could not refresh while the database was away: nothing is taken back for a lease from when it is back. A
/// connection that was lost and made again at once is no outage. Seen red when either counts as the other.
#[test]
fn an_outage_is_a_pause_and_a_lost_connection_is_none() {
    let database = Postgres::shared();
    let wire = Wire::to(&database.url());
    let clock = Arc::new(HandClock::at("2026-01-01T00:00:00Z".parse().expect("an instant")));
    let opened_at = clock.now();
    let shared: Arc<dyn Clock> = clock.clone();
    let mut writer = Database::open(&wire.url(&database.url())).expect("opened").writers(&shared, 1).remove(0);
    let mut begin = || {
        let begun = writer.begin(&Needs::default()).map(|ledger| ledger.opened_at);
        writer.rollback();
        begun
    };
    assert_eq!(begin(), Ok(opened_at));
    clock.pass(1);
    wire.cut();
    assert!(matches!(begin(), Err(StoreError::Lost(_))));
    wire.mend();
    assert_eq!(begin(), Ok(opened_at), "a moment");
    wire.cut();
    let away = Instant::now();
    until(BOUND, "the outage to be long enough", || {
        assert!(matches!(begin(), Err(StoreError::Lost(_))));
        (away.elapsed() > Duration::from_millis(5_100)).then_some(())
    });
    clock.pass(1);
    wire.mend();
    assert_eq!(begin(), Ok(clock.now()), "an outage");
    clock.pass(1);
    assert_eq!(begin(), Ok(clock.now() - Duration::from_secs(1)), "counted once");
}
