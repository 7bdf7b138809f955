//! The whole SDK, its thread, its files and HTTP, against a server of the test's own on the loopback.

mod site;

use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use seatkeeper_protocol::ProductKey;

use self::site::{Answers, Site};
use super::Seat;
use crate::config::Config;
use crate::problems;
use crate::state::State;

const SOON: Duration = Duration::from_secs(20);

fn code(state: &State) -> &str {
    match state {
        State::Refused { problem } => problem.code.as_str(),
        state => state.name(),
    }
}

#[test]
fn takes_a_seat_and_returns_it_and_leaves_no_thread() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let (tell, told) = channel();
    let seat = Seat::open(site.config(dir.path()).on_change(move |state| tell.send(state.clone()).unwrap())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    assert!(seat.has_feature("bim") && !seat.has_feature("4d"));
    assert_eq!(seat.details().unwrap().seats, 1);
    assert_eq!(site.live(), 1);
    let shared = Arc::downgrade(&seat.shared);
    seat.close();
    assert_eq!(site.live(), 0);
    assert_eq!(shared.strong_count(), 0, "the thread has let go of everything");
    assert_eq!(told.iter().collect::<Vec<_>>(), [State::Licensed, State::Closed]);
}

#[test]
fn dropping_it_returns_the_seat_too() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    drop(seat);
    assert_eq!(site.live(), 0);
}

#[test]
fn what_answers_in_place_of_the_server_is_no_contact() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    for answers in [Answers::Portal, Answers::Redirect] {
        site.answers(answers);
        let before = site.requests.load(Ordering::SeqCst);
        let seat = Seat::open(site.config(dir.path())).unwrap();
        assert_eq!(code(&seat.wait(SOON)), problems::NO_CONTACT);
        assert_eq!(site.requests.load(Ordering::SeqCst), before + 1, "nothing is followed");
    }
    // Nor does a portal that answers to a return make it one, nor anything else that is not a Seatkeeper server.
    for answers in [Answers::Portal, Answers::Nobody] {
        site.answers(Answers::Server);
        let seat = Seat::open(site.config(dir.path())).unwrap();
        assert_eq!(seat.wait(SOON), State::Licensed);
        site.answers(answers);
        seat.close();
        assert_eq!(site.live(), 1);
    }
    site.answers(Answers::Server);
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    assert_eq!(site.live(), 1, "the only seat was returned before it was asked for");
}

/// As long as the lease runs: the server is there, and asks for patience.
///
/// Seen red: with a busy server taken for none.
#[test]
fn a_busy_server_costs_nobody_the_state() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    site.answers(Answers::Busy);
    let (asked, start) = (site.requests.load(Ordering::SeqCst), Instant::now());
    seat.retry();
    while site.requests.load(Ordering::SeqCst) < asked + 2 && start.elapsed() < SOON {
        assert_eq!(seat.state(), State::Licensed);
        std::thread::yield_now();
    }
    assert_eq!(seat.state(), State::Licensed, "after two answers");
}

#[test]
fn a_busy_server_is_told_in_its_own_words() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    site.answers(Answers::Busy);
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(code(&seat.wait(SOON)), "overloaded");
    site.answers(Answers::Server);
    seat.retry();
    assert_eq!(seat.wait_until(SOON, |state| state.usable()), State::Licensed);
}

/// Seen red: with every answer below 500 taken for a refusal.
#[test]
fn a_server_that_does_not_understand_refuses_nobody() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    site.answers(Answers::Confused);
    seat.retry();
    assert_eq!(seat.wait_until(SOON, |state| *state != State::Licensed).name(), "offline");
    assert!(seat.has_feature("bim"));
}

#[test]
fn secrets_do_not_travel_unencrypted_beyond_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let config = Site::start(1).config(dir.path()).server("http://licences.invalid");
    let seat = Seat::open(config).unwrap();
    assert_eq!(code(&seat.wait(SOON)), problems::UNTRUSTED_SERVER);
}

#[test]
fn closing_is_bounded_when_nobody_answers() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path()).close_within(Duration::from_secs(1))).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    site.answers(Answers::Silence);
    let start = Instant::now();
    seat.close();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    // While a call is under way, too.
    let seat = Seat::open(site.config(dir.path()).close_within(Duration::from_secs(1))).unwrap();
    let asked = site.requests.load(Ordering::SeqCst);
    while site.requests.load(Ordering::SeqCst) == asked && start.elapsed() < SOON {
        std::thread::yield_now();
    }
    let start = Instant::now();
    let shared = Arc::downgrade(&seat.shared);
    seat.close();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(shared.strong_count(), 0);
    // And the seat is returned by the next start.
    site.answers(Answers::Server);
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    assert_eq!(site.live(), 1);
}

/// Seen red: with the state read again after a write that failed. It activated without end, and kept the seat it closed.
#[test]
fn a_disk_that_takes_nothing_more_neither_keeps_the_seat_nor_floods_the_server() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    seat.close();
    // The state is there to be read, and what is to take its place cannot be written.
    let device = std::fs::read_dir(dir.path().join("planner")).unwrap().next().unwrap().unwrap().path();
    std::fs::create_dir(device.join("state.new")).unwrap();
    let before = site.requests.load(Ordering::SeqCst);
    let another_key = ProductKey::from_bits([2; 15]).to_string();
    let seat = Seat::open(site.config(dir.path()).key("SN-2", another_key)).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    assert_eq!(site.requests.load(Ordering::SeqCst), before + 2, "activated once, and one seat asked for");
    seat.close();
    assert_eq!(site.live(), 0);
}

/// Seen red: with nothing read where nothing can be written.
#[test]
fn a_disk_that_takes_no_new_file_costs_nobody_grace() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    seat.close();
    let device = std::fs::read_dir(dir.path().join("planner")).unwrap().next().unwrap().unwrap().path();
    std::fs::remove_dir(device.join("copies")).unwrap();
    std::fs::write(device.join("copies"), "in the way").unwrap();
    site.answers(Answers::Portal);
    let seat = Seat::open(site.config(dir.path())).unwrap();
    assert_eq!(seat.wait(SOON).name(), "grace");
    // With contact it takes the seat and returns it all the same.
    site.answers(Answers::Server);
    seat.retry();
    assert_eq!(seat.wait_until(SOON, |state| *state == State::Licensed), State::Licensed);
    seat.close();
    assert_eq!(site.live(), 0);
}

/// Seen red: with the bound taken as it is, the clock overflowed.
#[test]
fn closing_may_be_allowed_any_time() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path()).close_within(Duration::MAX)).unwrap();
    assert_eq!(seat.wait(Duration::MAX), State::Licensed);
    seat.close();
    assert_eq!(site.live(), 0);
}

#[test]
fn a_callback_may_close_the_seat_it_is_told_about() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let mine = Arc::new(Mutex::new(None::<Seat>));
    let (theirs, (tell, told)) = (mine.clone(), channel());
    let mut held = mine.lock().unwrap();
    *held = Some(
        Seat::open(site.config(dir.path()).on_change(move |state| {
            if *state == State::Licensed {
                let seat = theirs.lock().unwrap().take().unwrap();
                assert!(seat.has_feature("bim"));
                seat.close();
            }
            tell.send(state.clone()).unwrap();
        }))
        .unwrap(),
    );
    drop(held);
    assert_eq!(told.recv_timeout(SOON), Ok(State::Licensed));
    assert_eq!(told.recv_timeout(SOON), Ok(State::Closed));
    assert_eq!(told.recv_timeout(SOON).ok(), None, "the thread and its callback are gone");
    assert_eq!(site.live(), 0);
}

#[test]
fn a_callback_that_panics_harms_only_itself() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let seat = Seat::open(site.config(dir.path()).on_change(|_| panic!("the program's own mistake"))).unwrap();
    assert_eq!(seat.wait(SOON), State::Licensed);
    seat.close();
    assert_eq!(site.live(), 0);
}

#[test]
fn a_key_typed_is_checked_here_and_remembered() {
    let (site, dir) = (Site::start(1), tempfile::tempdir().unwrap());
    let config = || {
        let mut config = site.config(dir.path());
        config.key = None;
        config
    };
    let seat = Seat::open(config()).unwrap();
    assert_eq!(code(&seat.wait(SOON)), problems::NO_KEY);
    let key = ProductKey::from_bits([1; 15]).to_string();
    let mistyped = format!("{}{}", &key[..28], if key.ends_with('A') { 'B' } else { 'A' });
    assert!(seat.enter_key("SN-1", &mistyped).is_err());
    assert_eq!(site.requests.load(Ordering::SeqCst), 0);
    seat.enter_key("SN-1", &key).unwrap();
    assert_eq!(seat.wait_until(SOON, |state| state.usable()), State::Licensed);
    seat.close();
    assert_eq!(Seat::open(config()).unwrap().wait(SOON), State::Licensed);
}

#[test]
fn copies_in_one_process_are_copies_all_the_same() {
    let (site, dir) = (Site::start(5), tempfile::tempdir().unwrap());
    let seats: Vec<_> = (0..3).map(|_| Seat::open(site.config(dir.path())).unwrap()).collect();
    for seat in &seats {
        assert_eq!(seat.wait_until(SOON, |state| state.usable()), State::Licensed);
    }
    assert_eq!(site.live(), 3, "each has a checkout, and none took another for dead");
    drop(seats);
    assert_eq!(site.live(), 0);
}

#[test]
fn mistakes_of_the_program_are_told_at_once() {
    for product in ["", "../x", ".", "a b"] {
        assert!(Seat::open(Config::new(product, "1")).is_err(), "{product:?}");
    }
    assert!(Seat::open(Config::new("planner", "1").root_key("not a key")).is_err());
}

#[test]
fn it_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Seat>();
}
