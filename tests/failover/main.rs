//! Servers and their database fail, each for real: killed, cut off, full, slow. Two servers share one PostgreSQL and a pool of
//! fifty; a crowd of programs at both goes on through it. No answer is lost, no seat is given twice, everybody is served again, and
//! `/readyz` tells a load balancer who can be asked. Time without service is printed, never judged.
//! Knows the tables of seats and sessions, to ask the database itself; nothing else of how books are kept.

mod connections;
mod crowd;
mod database;
mod network;
mod patroni;
mod person;
mod servers;

use std::time::{Duration, Instant};

use seatkeeper_test_support::Answer;

/// The pool that everybody wants a seat of.
const SEATS: u32 = 50;
/// More than the longest that anything takes to be noticed and to recover: Patroni waits twenty seconds for a leader.
const RECOVERY: Duration = Duration::from_secs(60);

/// The longest that anybody may be kept waiting for an answer of any kind. Where nothing is heard from the database a commit
/// has five seconds, then the question what became of it, then the next batch.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is asked is answered, one way or the other, before a program would seem to hang.
#[track_caller]
fn in_time<T>(ask: impl FnOnce() -> T) -> T {
    let asking = Instant::now();
    let answer = ask();
    assert!(asking.elapsed() < PATIENCE, "it took {:?} to be answered", asking.elapsed());
    answer
}

/// A refusal that says that the books cannot be asked, and when to come back.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    let problem = answer.expect(503);
    assert_eq!(problem["code"], "unavailable", "{problem}");
    assert!(answer.header("Retry-After").is_some(), "it does not say when to ask again: {answer:?}");
}
