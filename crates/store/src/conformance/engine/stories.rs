//! Stories told through the driver, as a server tells them, and read back through the engine's reader.

use std::ops::Range;
use std::thread;

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::Command;
use seatkeeper_domain::refusal::Refusal;

use super::Engine;
use crate::clock::Clock;
use crate::conformance::plan::{Act, Ask, PROGRAMS, Plan, Sold};
use crate::conformance::world::World;
use crate::driver::{Driver, Outcome, Submit};
use crate::read::{Page, Reader, Scope, SessionFilter};

/// The programs of the first licence.
const ASKING: Range<usize> = 0..PROGRAMS - 2;

/// Everybody asks at once, over and over, while the driver is dropped and started again between rounds: as
/// many get in as there are seats, and what is counted is what is there.
///
/// Seen red, on the embedded store, when the counter is not updated.
pub fn stories_end_as_told<E: Engine>(new: impl Fn() -> E) {
    let seats = 3;
    let plan = Plan { sold: Sold { seats, ..Sold::plain() }, steps: Vec::new() };
    let (mut world, clock, opening) = World::begin(&plan);
    let mut engine = new();

    let (writer, reader) = engine.open(clock.clone());
    let driver = Driver::start(writer).expect("a driver");
    for command in opening {
        told(&driver.submit(), command).expect("durable").expect("done");
    }
    // One after another: two that share an installation get a token each, and the later one is the good one.
    for program in ASKING {
        round(&driver.submit(), &mut world, &*clock, program..program + 1, Act::Activate);
    }
    drop((driver, reader));

    for _ in 0..5 {
        // What was open is opened again with the same ids, and what was refused is refused again.
        for act in [Act::Open, Act::Open, Act::Close] {
            let (writer, reader) = engine.open(clock.clone());
            let driver = Driver::start(writer).expect("a driver");
            let outcomes = round(&driver.submit(), &mut world, &*clock, ASKING, act);
            counted_is_there(&reader, &world, seats, act, &outcomes);
            drop(driver);
            clock.pass(1);
        }
    }
}

/// These programs do the same at once, each from a thread of its own.
fn round(
    submit: &Submit,
    world: &mut World,
    clock: &dyn Clock,
    programs: Range<usize>,
    act: Act,
) -> Vec<Result<Answer, Refusal>> {
    let asks: Vec<Ask> = programs.map(|program| Ask { program, act, heard: true }).collect();
    let asked: Vec<(Ask, Command)> =
        asks.into_iter().filter_map(|ask| Some((ask, world.ask(&ask, clock.now())?))).collect();
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let running: Vec<_> = asked.iter().map(|(_, command)| scope.spawn(|| told(submit, command.clone()))).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let answers = outcomes.into_iter().map(|outcome| outcome.expect("durable"));
    asked
        .iter()
        .zip(answers)
        .map(|((ask, command), answer)| {
            world.hear(ask, command, &answer);
            answer
        })
        .collect()
}

fn counted_is_there(reader: &impl Reader, world: &World, seats: u32, act: Act, outcomes: &[Result<Answer, Refusal>]) {
    let license = world.licenses[0];
    let counted = reader.license(Scope::Vendor, license).expect("readable").expect("there").counters.in_use;
    let filter = SessionFilter { license_id: Some(license), ..SessionFilter::default() };
    let now = super::START;
    let there = reader.sessions(Scope::Vendor, &filter, now, Page { after: None, limit: 200 }).expect("readable");
    assert_eq!(counted as usize, there.items.len(), "what is counted is what is there");
    let granted = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Answer::Granted(_)))).count();
    match act {
        Act::Open => {
            assert_eq!(counted, seats, "the pool is full, no more");
            // The first two programs are copies: one seat serves both.
            assert!((seats as usize..=seats as usize + 1).contains(&granted), "{granted} got in");
        }
        _ => assert_eq!(counted, 0, "everybody has gone"),
    }
}

/// Waits for the answer without a runtime of the caller's.
pub(super) fn told(submit: &Submit, command: Command) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(submit.submit(command))
}
