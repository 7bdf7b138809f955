//! Plays a plan against the model, and shows every turn of it to whoever watches.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::test_runner::TestCaseError;
use seatkeeper_domain::decide::{Command, Decision, decide};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs;

use super::plan::{Act, Ask, Fate, PROGRAMS, Plan, Step};
use super::{Books, HandClock, Memory, World};
use crate::clock::Clock;
use crate::write::Writer;

/// One batch or one passing of time, before and after.
pub struct Turn {
    /// The books before it.
    pub before: Arc<Books>,
    /// What was asked, in order.
    pub commands: Vec<Command>,
    /// What was decided of each.
    pub decisions: Vec<Decision>,
    /// The books after each command, whether the batch was committed or not.
    pub states: Vec<Books>,
    /// The books after it.
    pub after: Arc<Books>,
    /// Whether an administrator asked the same again, with the same idempotency key.
    pub repeated: bool,
    /// The instant.
    pub now: Timestamp,
    /// When the server began to answer.
    pub opened_at: Timestamp,
    /// What became of it.
    pub fate: Fate,
    /// Whether the server was stopped and started before it.
    pub reopened: bool,
    /// Whether these books are a backup's.
    pub restored: bool,
}

impl Turn {
    /// Each command with its decision, and the books before and after it.
    pub fn each(&self) -> impl Iterator<Item = (&Books, &Command, &Decision, &Books)> {
        let before = std::iter::once(&*self.before).chain(&self.states);
        let decided = self.commands.iter().zip(&self.decisions);
        before
            .zip(&self.states)
            .zip(decided)
            .map(|((before, after), (command, decision))| (before, command, decision, after))
    }
}

/// Decides a command as the driver does: the next one sees what it changed.
pub fn decide_and_apply(ledger: &mut Ledger, command: &Command) -> Decision {
    let decision = decide(ledger, command);
    decision.changes.iter().for_each(|change| ledger.apply(change.clone()));
    decision
}

/// Plays a plan. The first error of a watcher ends it.
pub fn play(
    plan: &Plan,
    mut watch: impl FnMut(&Turn, &World) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let (world, clock, opening) = World::begin(plan);
    let memory = Memory::new(clock.clone());
    let mut player = Player { world, clock, memory, backup: None };
    for command in opening {
        let turn = player.turn(vec![command], Fate::Done)?;
        watch(&turn, &player.world)?;
    }
    let everybody = |program| Ask { program, act: Act::Activate, heard: true };
    let turn = player.batch(&(0..PROGRAMS).map(everybody).collect::<Vec<_>>(), Fate::Done)?;
    watch(&turn, &player.world)?;
    for step in &plan.steps {
        player.step(step, &mut watch)?;
    }
    Ok(())
}

struct Player {
    world: World,
    clock: Arc<HandClock>,
    memory: Memory,
    backup: Option<Arc<Books>>,
}

impl Player {
    fn step(
        &mut self,
        step: &Step,
        watch: &mut impl FnMut(&Turn, &World) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        let turn = match step {
            Step::Batch(asks, fate) => self.batch(asks, *fate)?,
            Step::Office(desk, by, again, fate) => {
                let Some(command) = self.world.office(*desk, *by, &self.memory.books(), self.clock.now()) else {
                    return Ok(());
                };
                let turn = self.turn(vec![command.clone()], *fate)?;
                if *fate == Fate::Done
                    && let Some(decision) = turn.decisions.first()
                {
                    self.world.office_answered(&command, &decision.answer);
                }
                watch(&turn, &self.world)?;
                if !again {
                    return Ok(());
                }
                Turn { repeated: true, ..self.turn(vec![command], Fate::Done)? }
            }
            Step::Pass(seconds) => {
                self.clock.pass(*seconds);
                self.nothing()
            }
            Step::Restart => {
                self.memory = self.memory.reopen();
                Turn { reopened: true, ..self.nothing() }
            }
            Step::Backup => {
                self.backup = Some(self.memory.books());
                return Ok(());
            }
            Step::Restore => {
                let Some(backup) = self.backup.take() else { return Ok(()) };
                let before = self.memory.books();
                self.memory.restore(&backup);
                self.memory = self.memory.reopen();
                self.world.epoch = self.memory.books().epoch;
                Turn { before, reopened: true, restored: true, ..self.nothing() }
            }
        };
        watch(&turn, &self.world)
    }

    fn batch(&mut self, asks: &[Ask], fate: Fate) -> Result<Turn, TestCaseError> {
        let now = self.clock.now();
        let (mut asked, mut commands) = (Vec::new(), Vec::new());
        for ask in asks {
            if let Some(command) = self.world.ask(ask, now) {
                asked.push(ask);
                commands.push(command);
            }
        }
        let turn = self.turn(commands, fate)?;
        for (i, (command, decision)) in turn.commands.iter().zip(&turn.decisions).enumerate() {
            let ask = asked[i];
            // Who asks again has given up on the first reply.
            let asks_again = asked[i + 1..].iter().any(|later| later.program == ask.program);
            if ask.heard && !asks_again && fate == Fate::Done {
                self.world.hear(ask, command, &decision.answer);
            }
        }
        Ok(turn)
    }

    /// One batch through the model, as the driver runs it.
    fn turn(&mut self, commands: Vec<Command>, fate: Fate) -> Result<Turn, TestCaseError> {
        let fail = |error: String| TestCaseError::fail(format!("the books refuse a change: {error}"));
        let before = self.memory.books();
        let mut ledger = self.memory.begin(&needs(&commands)).map_err(|error| fail(error.to_string()))?;
        let (mut decisions, mut states) = (Vec::new(), Vec::new());
        for command in &commands {
            decisions.push(decide_and_apply(&mut ledger, command));
            let mut state = Books::clone(&before);
            state.write(&ledger).map_err(fail)?;
            states.push(state);
        }
        let opened_at = self.memory.opened_at();
        if fate != Fate::DiesBefore {
            self.memory.commit(&ledger).map_err(|error| fail(error.to_string()))?;
        }
        if fate != Fate::Done {
            self.memory = self.memory.reopen();
        }
        Ok(Turn { before, commands, decisions, states, opened_at, fate, ..self.nothing() })
    }

    fn nothing(&self) -> Turn {
        let books = self.memory.books();
        Turn {
            before: books.clone(),
            commands: Vec::new(),
            decisions: Vec::new(),
            states: Vec::new(),
            after: books,
            repeated: false,
            now: self.clock.now(),
            opened_at: self.memory.opened_at(),
            fate: Fate::Done,
            reopened: false,
            restored: false,
        }
    }
}
