//! The suite played on the model itself: what it asks of engines can be answered.

use std::sync::Arc;

use seatkeeper_store::Clock;
use seatkeeper_store::conformance::engine::{
    Engine, constraints_are_enforced, copies_follow_their_devices, plays_as_the_model, seldom_books_are_read,
    stories_end_as_told,
};
use seatkeeper_store::conformance::{HandClock, Memory};

struct Model(Option<Memory>);

impl Engine for Model {
    type Writer = Memory;
    type Reader = Memory;

    fn open(&mut self, clock: Arc<dyn Clock>) -> (Memory, Memory) {
        let opened = match &self.0 {
            Some(memory) => memory.reopen(),
            None => Memory::new(clock),
        };
        self.0 = Some(opened.clone());
        (opened.clone(), opened)
    }
}

#[test]
fn the_model_plays_as_itself() {
    plays_as_the_model(4, || Model(None));
}

#[test]
fn the_model_enforces_constraints() {
    constraints_are_enforced(|| Model(None));
}

#[test]
fn the_model_finds_copies_by_their_devices() {
    copies_follow_their_devices(|| Model(None));
}

#[test]
fn the_model_reads_seldom_books() {
    seldom_books_are_read(|| Model(None));
}

#[test]
fn the_model_tells_the_stories() {
    stories_end_as_told(|| Model(None));
}

#[test]
fn the_hand_clock_stands_still() {
    let clock = HandClock::at(jiff::Timestamp::UNIX_EPOCH);
    clock.pass(5);
    assert_eq!(clock.now().as_second(), 5);
    assert_eq!(clock.now().as_second(), 5);
}
