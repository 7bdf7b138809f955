//! The batch driver with a writer that fails on purpose: what is retried, what is isolated, who waits for
//! whom, and that everything accepted is answered.

mod scripted;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use scripted::{OFFENDER, PANICS, Stage};
use seatkeeper_domain::decide::{
    Command, Credential, FailedAttempt, Office, OfficeCommand, PresentedLease, PromoteSigningKey, Refresh,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::Person;
use seatkeeper_store::driver::Outcome;
use seatkeeper_store::{Driver, StoreError, Submit};
use uuid::Uuid;

type Told = Pin<Box<dyn Future<Output = Outcome>>>;

/// Hands a command over, and comes back before it is answered.
fn hand_over(submit: &Submit, command: Command) -> Told {
    let submit = submit.clone();
    let mut told: Told = Box::pin(async move { submit.submit(command).await });
    if let std::task::Poll::Ready(outcome) = told.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return Box::pin(std::future::ready(outcome));
    }
    told
}

fn wait(told: Told) -> Outcome {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(told)
}

/// A driver on its stage. Opens the gate when it is dropped, so that a test that fails does not wait for ever.
struct Running {
    stage: Stage,
    driver: Driver,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stage.open_gate();
    }
}

impl Running {
    fn on(stage: Stage) -> Self {
        let driver = Driver::start(stage.writer()).unwrap();
        Self { stage, driver }
    }

    /// With the first batch waiting at the gate, one command in it: what comes now queues up behind it.
    fn held_up() -> (Self, Submit, Told) {
        let running = Self::on(Stage::closed());
        let submit = running.driver.submit();
        let first = hand_over(&submit, attempt("first"));
        running.stage.wait_begun(1);
        (running, submit, first)
    }
}

fn attempt(address: &str) -> Command {
    Command::FailedAttempt(FailedAttempt { address: address.to_owned() })
}

/// A refresh, by nobody that is known: it is refused, and that is an answer.
fn refresh(number: u128) -> Command {
    let id = Uuid::from_u128(number);
    Command::Refresh(Box::new(Refresh {
        credential: Credential {
            license_id: id.into(),
            activation_id: id.into(),
            installation_id: id.into(),
            generation: 1,
        },
        id: id.into(),
        lease: PresentedLease {
            number: 1,
            before_restore: false,
            session_id: id.into(),
            person: Person { user: "u".to_owned(), device_name: "d".to_owned(), os_session: None },
            version: "1".to_owned(),
            started_at: jiff::Timestamp::UNIX_EPOCH,
        },
        ends: Vec::new(),
        features: None,
        address: String::new(),
        salt: [0; 16],
    }))
}

/// An administrator's command, refused since there is no next signing key.
fn office() -> Command {
    let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
    Command::Office(Box::new(OfficeCommand { by, what: PromoteSigningKey.into() }))
}

fn conflicts(times: usize) -> impl Iterator<Item = StoreError> {
    std::iter::repeat_n(StoreError::Conflict("another writer".to_owned()), times)
}

/// Seen red when a conflict is told at the first try.
#[test]
fn a_conflict_is_retried_four_times_and_done_once() {
    let stage = Stage::open();
    stage.fail(conflicts(4));
    let running = Running::on(stage.clone());
    wait(hand_over(&running.driver.submit(), attempt("a"))).unwrap().unwrap();
    assert_eq!((stage.begun().len(), stage.failures("a")), (5, 1));
}

/// Seen red when it is tried ten times.
#[test]
fn a_conflict_that_goes_on_is_told() {
    let stage = Stage::open();
    stage.fail(conflicts(5));
    let running = Running::on(stage.clone());
    let told = wait(hand_over(&running.driver.submit(), attempt("a")));
    assert!(matches!(told, Err(StoreError::Conflict(_))), "{told:?}");
    assert_eq!((stage.begun().len(), stage.failures("a")), (5, 0));
    assert!(running.driver.submit().healthy(), "the disk is well");
}

/// A reply that was lost after the commit: done once, and answered. Seen red when the batch is run again without asking,
/// or its answers are thrown away.
#[test]
fn a_commit_whose_reply_was_lost_is_answered_and_not_done_twice() {
    let stage = Stage::open();
    stage.fail([StoreError::Unknown("cut off".to_owned())]);
    stage.fates([Err(StoreError::Lost("still away".to_owned())), Ok(true)]);
    let running = Running::on(stage.clone());
    wait(hand_over(&running.driver.submit(), attempt("a"))).unwrap().unwrap();
    assert_eq!((stage.begun().len(), stage.failures("a")), (1, 1));
}

/// Seen red when such a batch is told as failed.
#[test]
fn a_commit_that_was_lost_before_it_stood_is_done_again() {
    let stage = Stage::open();
    stage.fail([StoreError::Unknown("cut off".to_owned())]);
    stage.fates([Ok(false)]);
    let running = Running::on(stage.clone());
    wait(hand_over(&running.driver.submit(), attempt("a"))).unwrap().unwrap();
    assert_eq!((stage.begun().len(), stage.failures("a")), (2, 1));
}

/// Seen red when what cannot be known is run again: it would be counted twice.
#[test]
fn what_cannot_be_known_is_told_and_not_guessed() {
    let stage = Stage::open();
    stage.fail([StoreError::Unknown("cut off".to_owned())]);
    stage.fates([Err(StoreError::Unknown("another has the lane".to_owned())), Ok(true)]);
    let running = Running::on(stage.clone());
    let told = wait(hand_over(&running.driver.submit(), attempt("a")));
    assert!(matches!(told, Err(StoreError::Unknown(_))), "{told:?}");
    assert!(!running.driver.submit().healthy());
    assert_eq!((stage.begun().len(), stage.failures("a")), (1, 1));
}

/// Seen red when a lost database is told at once, or once it is known to be away everybody waits for it.
#[test]
fn a_database_that_went_away_is_waited_for_once() {
    let stage = Stage::open();
    stage.fail((0..10).map(|_| StoreError::Lost("gone".to_owned())));
    let running = Running::on(stage.clone());
    let submit = running.driver.submit();
    wait(hand_over(&submit, attempt("back soon"))).unwrap().unwrap();
    assert_eq!(stage.begun().len(), 11);
    stage.fail((0..1_000).map(|_| StoreError::Lost("gone".to_owned())));
    assert!(matches!(wait(hand_over(&submit, attempt("gone"))), Err(StoreError::Lost(_))));
    let tried = stage.begun().len();
    assert!(!submit.healthy());
    assert!(matches!(wait(hand_over(&submit, attempt("at once"))), Err(StoreError::Lost(_))));
    assert_eq!(stage.begun().len(), tried + 1, "nobody waits while it is away");
}

/// Seen red when all that is asked goes to the first writer, or what is about one licence to several.
#[test]
fn what_is_about_one_licence_goes_to_one_writer() {
    let stages: Vec<Stage> = (0..3).map(|_| Stage::open()).collect();
    let driver = Driver::start_all(stages.iter().map(Stage::writer)).unwrap();
    let asked: Vec<_> =
        (0..300).map(|n| hand_over(&driver.submit(), refresh(u128::from(n % 100u64) << 64 | 7))).collect();
    asked.into_iter().for_each(|told| assert!(wait(told).is_ok()));
    let seen: Vec<std::collections::BTreeSet<_>> =
        stages.iter().map(|stage| stage.begun().iter().flat_map(|needs| needs.licenses.clone()).collect()).collect();
    assert!(seen.iter().all(|licenses| !licenses.is_empty()), "a writer has nothing to do");
    assert_eq!(seen.iter().map(std::collections::BTreeSet::len).sum::<usize>(), 100, "a licence went to two writers");
}

/// Seen red when the failure does not show in `healthy`, or is tried again.
#[test]
fn a_disk_that_fails_is_told_to_all_once_and_shows_until_it_is_well() {
    let (running, submit, first) = Running::held_up();
    let stage = &running.stage;
    stage.fail([
        StoreError::Unavailable("no space left".to_owned()),
        StoreError::Unavailable("no space left".to_owned()),
    ]);
    let batch: Vec<_> = ["a", "b", "c"].map(|address| hand_over(&submit, attempt(address))).into();
    stage.open_gate();
    for told in std::iter::once(first).chain(batch) {
        assert!(matches!(wait(told), Err(StoreError::Unavailable(_))));
    }
    assert!(!submit.healthy());
    assert_eq!(stage.begun().len(), 2, "tried again on a disk that fails");
    wait(hand_over(&submit, attempt("later"))).unwrap().unwrap();
    assert!(submit.healthy());
    assert_eq!((stage.failures("a"), stage.failures("later")), (0, 1));
}

/// Seen red when the batch is not split, or a panic is not caught.
#[test]
fn an_offender_stands_alone_in_the_end() {
    for (offender, address) in [("constraint", OFFENDER), ("panic", PANICS)] {
        let (running, submit, first) = Running::held_up();
        let stage = &running.stage;
        let names: Vec<String> = (0..9).map(|n| if n == 5 { address.to_owned() } else { format!("{n}") }).collect();
        let batch: Vec<_> = names.iter().map(|name| hand_over(&submit, attempt(name))).collect();
        stage.open_gate();
        wait(first).unwrap().unwrap();
        for (name, told) in names.iter().zip(batch) {
            let told = wait(told);
            match (offender, name == address) {
                ("constraint", true) => assert!(matches!(told, Err(StoreError::Constraint(_))), "{told:?}"),
                (_, true) => assert!(matches!(told, Err(StoreError::Fault(_))), "{told:?}"),
                (_, false) => assert!(told.is_ok(), "{name} went down with the offender: {told:?}"),
            }
        }
        assert_eq!(stage.failures(address), 0);
        assert_eq!(stage.failures("8"), 1, "decided once, in the batch that was committed");
        wait(hand_over(&submit, attempt("after"))).unwrap().unwrap();
    }
}

/// Seen red when refreshes stand in one line with the others.
#[test]
fn a_flood_of_refreshes_does_not_hold_up_a_checkout() {
    let (running, submit, first) = Running::held_up();
    let stage = &running.stage;
    let flood: Vec<_> = (0..3_000).map(|n| hand_over(&submit, refresh(n))).collect();
    let checkout = hand_over(&submit, attempt("waits for nobody"));
    stage.open_gate();
    wait(first).unwrap().unwrap();
    wait(checkout).unwrap().unwrap();
    flood.into_iter().for_each(|told| assert!(wait(told).is_ok()));
    let batches = stage.begun();
    let with_it = batches.iter().position(|needs| needs.attempts.contains("waits for nobody")).unwrap();
    assert_eq!(with_it, 1, "it waited for refreshes");
}

/// Seen red when other commands may fill the whole batch.
#[test]
fn refreshes_have_their_share_of_every_batch() {
    let (running, submit, first) = Running::held_up();
    let stage = &running.stage;
    let flood: Vec<_> = (0..3_000).map(|n| hand_over(&submit, attempt(&format!("{n}")))).collect();
    let refreshes: Vec<_> = (0..10).map(|n| hand_over(&submit, refresh(n))).collect();
    stage.open_gate();
    for told in std::iter::once(first).chain(flood).chain(refreshes) {
        assert!(wait(told).is_ok());
    }
    let batches = stage.begun();
    let with_them = batches.iter().position(|needs| needs.checkouts.len() == 10).unwrap();
    assert_eq!(with_them, 1, "they waited");
}

/// Seen red when refreshes wait for every administrator, or administrators share batches.
#[test]
fn administrators_go_one_by_one_and_keep_no_refresh_waiting() {
    let (running, submit, first) = Running::held_up();
    let stage = &running.stage;
    let desk: Vec<_> = (0..50).map(|_| hand_over(&submit, office())).collect();
    let program = hand_over(&submit, refresh(1));
    stage.open_gate();
    for told in std::iter::once(first).chain(desk).chain([program]) {
        assert!(wait(told).is_ok());
    }
    let batches = stage.begun();
    let alone = |needs: &&seatkeeper_domain::needs::Needs| needs.signing_keys;
    assert!(batches.iter().filter(alone).all(|needs| needs.attempts.is_empty() && needs.checkouts.is_empty()));
    assert_eq!(batches.iter().filter(alone).count(), 50);
    let refreshed = batches.iter().position(|needs| !needs.checkouts.is_empty()).unwrap();
    assert!(refreshed <= 2, "a program waited for {refreshed} batches");
}

/// Seen red when the queue has no bound.
#[test]
fn a_full_queue_says_so_at_once() {
    let running = Running::on(Stage::closed());
    let (stage, submit) = (&running.stage, running.driver.submit());
    let mut accepted = Vec::new();
    let refused = loop {
        let mut told = hand_over(&submit, attempt("a crowd"));
        match told.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Ready(outcome) => break outcome,
            std::task::Poll::Pending => accepted.push(told),
        }
        assert!(accepted.len() < 1_000_000, "nothing bounds the queue");
    };
    assert!(matches!(refused, Err(StoreError::Overloaded)), "{refused:?}");
    stage.open_gate();
    let crowd = accepted.len();
    accepted.into_iter().for_each(|told| assert!(wait(told).is_ok(), "what was accepted is answered"));
    assert!(crowd > 1_000, "only {crowd} may wait");
    wait(hand_over(&submit, attempt("after"))).unwrap().unwrap();
}

/// Seen red when closing forgets what waits.
#[test]
fn stopping_answers_what_was_accepted_and_accepts_no_more() {
    let running = Running::on(Stage::closed());
    let (stage, submit) = (running.stage.clone(), running.driver.submit());
    let accepted: Vec<_> = (0..100).map(|n| hand_over(&submit, attempt(&format!("{n}")))).collect();
    drop(running);
    assert!((0..100).all(|n| stage.failures(&format!("{n}")) == 1), "dropping waits for what was accepted");
    accepted.into_iter().for_each(|told| assert!(wait(told).is_ok()));
    let late = wait(hand_over(&submit, attempt("late")));
    assert!(matches!(late, Err(StoreError::Stopping)), "{late:?}");
}

/// Seen red when commands whose callers are gone are skipped.
#[test]
fn a_caller_that_goes_away_undoes_nothing() {
    let (running, submit, first) = Running::held_up();
    let stage = running.stage.clone();
    drop(hand_over(&submit, attempt("gone")));
    stage.open_gate();
    wait(first).unwrap().unwrap();
    drop(running);
    assert_eq!(stage.failures("gone"), 1);
}
