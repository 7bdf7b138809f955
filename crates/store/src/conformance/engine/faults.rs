//! What goes wrong between a server and its database, at every place where it can: the driver's retries change no answer
//! and no row. For engines that are spoken to over a network.

use std::sync::Arc;

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::Command;
use seatkeeper_domain::refusal::Refusal;

use super::stories::told;
use super::{Engine, compare};
use crate::clock::Clock;
use crate::conformance::plan::{Act, Ask, By, Desk, Plan, Sold};
use crate::conformance::world::World;
use crate::conformance::{HandClock, Memory};
use crate::driver::{Driver, Submit};
use crate::write::Writer;

/// What goes wrong once, in the next batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The statement with this number, from 1, fails as one does that met another writer (40001).
    Conflict(u32),
    /// The connection is lost before this statement.
    Lost(u32),
    /// The connection is lost when the commit was done, and before anybody heard of it.
    ReplyLost,
}

/// Statements of one batch at most: after so many the fault must have stopped to happen.
const MOST_STATEMENTS: u32 = 60;

/// Every kind of command, with every fault at every statement in turn: as if nothing had happened.
///
/// `arm` makes the next batch fail, and `fired` tells whether it did, and disarms.
///
/// Seen red, on PostgreSQL, when a batch whose reply was lost is run again without asking, and when a failed statement is
/// overlooked.
pub fn faults_change_nothing<E: Engine>(mut engine: E, arm: impl Fn(Fault), fired: impl Fn() -> bool) {
    let (world, clock, opening) = World::begin(&Plan { sold: Sold { seats: 2, ..Sold::plain() }, steps: Vec::new() });
    let (writer, reader) = engine.open(clock.clone());
    let memory = Memory::new(clock.clone());
    let driver = Driver::start(writer).expect("a driver");
    let model = Driver::start(memory.clone()).expect("a driver");
    let mut both = Both { world, clock, memory, engine: driver.submit(), model: model.submit() };
    opening.into_iter().for_each(|command| drop(both.same(command)));
    for program in 0..4 {
        both.program(program, Act::Activate);
    }
    for fault in [Fault::Conflict as fn(u32) -> Fault, Fault::Lost, |_| Fault::ReplyLost] {
        let mut statement = 1;
        loop {
            assert!(statement < MOST_STATEMENTS, "a batch has no end");
            let armed = both.round(|| arm(fault(statement)), &fired);
            if armed == 0 || fault(statement) == Fault::ReplyLost {
                assert!(statement > 1 || armed > 0, "nothing ever failed");
                break;
            }
            statement += 1;
        }
    }
    let Both { clock, memory, .. } = both;
    drop((driver, model, reader));
    let (mut writer, _reader) = engine.open(clock.clone());
    let (books, now) = (memory.books(), clock.now());
    let ledger = writer.begin(&books.everything()).expect("facts");
    writer.rollback();
    compare::ledgers(&ledger, &books.load(&books.everything(), now, now), &books).expect("the same rows");
}

/// An engine and the model, each with its driver, and who asks both.
struct Both {
    world: World,
    clock: Arc<HandClock>,
    memory: Memory,
    engine: Submit,
    model: Submit,
}

impl Both {
    /// What programs and administrators do, each with the fault; in how many it happened.
    fn round(&mut self, arm: impl Fn(), fired: &impl Fn() -> bool) -> u32 {
        let mut happened = 0;
        let mut with_fault = |both: &mut Self, act: &dyn Fn(&mut Self)| {
            arm();
            act(both);
            happened += u32::from(fired());
        };
        for act in [Act::Open, Act::Open, Act::WrongKey, Act::Activate, Act::Close] {
            with_fault(self, &|both| both.program(0, act));
        }
        (0..2).for_each(|program| self.program(program, Act::Open));
        // The first two are copies in one seat; the last is let in, and the one after that refused.
        with_fault(self, &|both| both.program(2, Act::Open));
        with_fault(self, &|both| both.program(3, Act::Open));
        with_fault(self, &|both| both.administrator(Desk::AddKey));
        with_fault(self, &|both| both.administrator(Desk::BlockUser(0)));
        with_fault(self, &|both| both.administrator(Desk::Unblock));
        (0..4).for_each(|program| self.program(program, Act::Close));
        happened
    }

    fn program(&mut self, program: usize, act: Act) {
        let ask = Ask { program, act, heard: true };
        if let Some(command) = self.world.ask(&ask, self.clock.now()) {
            let answer = self.same(command.clone());
            self.world.hear(&ask, &command, &answer);
        }
    }

    fn administrator(&mut self, desk: Desk) {
        if let Some(command) = self.world.office(desk, By::Vendor, &self.memory.books(), self.clock.now()) {
            let answer = self.same(command.clone());
            self.world.office_answered(&command, &answer);
        }
    }

    /// Both answer alike.
    fn same(&self, command: Command) -> Result<Answer, Refusal> {
        self.clock.pass(1);
        let model = told(&self.model, command.clone()).expect("a model does not fail");
        let answer = told(&self.engine, command.clone()).expect("what failed once was done again");
        assert_eq!(answer, model, "{command:?}");
        answer
    }
}
