//! What programs do, each kind of work in a type of its own. Measures nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::connection::{Answer, write};
use crate::load::Work;
use crate::program::{Program, ask_to_activate, expect, no_seat};
use crate::random::Random;
use crate::vendor::Issued;

/// Programs that several connections take from, each one once.
#[derive(Clone, Default)]
pub(crate) struct Programs(Arc<Mutex<VecDeque<Program>>>);

impl Programs {
    fn next(&self) -> Option<Program> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn put(&self, program: Program) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(program);
    }

    /// All that are there.
    pub(crate) fn all(&self) -> Vec<Program> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl From<Vec<Program>> for Programs {
    fn from(programs: Vec<Program>) -> Self {
        Self(Arc::new(Mutex::new(programs.into())))
    }
}

/// Programs that are installed, pool after pool.
pub(crate) struct Activating {
    pools: Arc<[Issued]>,
    /// Programs of each pool.
    each: usize,
    at: usize,
    step: usize,
    random: Random,
    done: Programs,
}

impl Activating {
    /// `each` programs of each pool, shared out among so many works. Each `crowd` has other devices and people.
    pub(crate) fn shared_out(pools: &[Issued], each: usize, crowd: u64, works: usize) -> (Vec<Self>, Programs) {
        let (pools, done): (Arc<[Issued]>, _) = (pools.into(), Programs::default());
        let work = |at: usize| {
            let random = Random::seeded(crowd * 1000 + at as u64);
            Self { pools: pools.clone(), each, at, step: works, random, done: done.clone() }
        };
        ((0..works).map(work).collect(), done)
    }
}

impl Work for Activating {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let Some(issued) = self.pools.get(self.at / self.each) else { return false };
        self.at += self.step;
        ask_to_activate(issued, &mut self.random, request);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        self.done.put(Program::activated(answer, &mut self.random)?);
        Ok(())
    }
}

/// Programs that are opened, and take a seat if there is one.
pub(crate) struct Opening {
    waiting: Programs,
    asking: Option<Program>,
    random: Random,
    opened: Programs,
    left_out: Programs,
}

/// What became of programs that were opened.
#[derive(Clone, Default)]
pub(crate) struct Opened {
    /// Those that hold a seat.
    pub(crate) held: Programs,
    /// Those that found none free.
    pub(crate) left_out: Programs,
}

impl Opening {
    /// So many works that open these programs.
    pub(crate) fn shared_out(programs: Vec<Program>, works: usize) -> (Vec<Self>, Opened) {
        let (waiting, opened) = (Programs::from(programs), Opened::default());
        let work = |at: usize| Self {
            waiting: waiting.clone(),
            asking: None,
            random: Random::seeded(at as u64),
            opened: opened.held.clone(),
            left_out: opened.left_out.clone(),
        };
        ((0..works).map(work).collect(), opened)
    }
}

impl Work for Opening {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        self.asking = self.waiting.next();
        self.asking.iter_mut().for_each(|program| program.ask_for_a_seat(&mut self.random, request));
        self.asking.is_some()
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        let Some(mut program) = self.asking.take() else { return Ok(()) };
        if no_seat(answer) {
            self.left_out.put(program);
        } else {
            program.take_lease(answer, 201)?;
            self.opened.put(program);
        }
        Ok(())
    }
}

/// Programs that are closed, and give their seats back.
pub(crate) struct Closing {
    waiting: Programs,
    asking: Option<Program>,
    closed: Programs,
}

impl Closing {
    /// So many works that close these programs; where those are that were closed.
    pub(crate) fn shared_out(programs: Vec<Program>, works: usize) -> (Vec<Self>, Programs) {
        let (waiting, closed) = (Programs::from(programs), Programs::default());
        let work = |_| Self { waiting: waiting.clone(), asking: None, closed: closed.clone() };
        ((0..works).map(work).collect(), closed)
    }
}

impl Work for Closing {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        self.asking = self.waiting.next();
        self.asking.iter().for_each(|program| program.ask_to_return(request));
        self.asking.is_some()
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, 204)?;
        self.asking.take().into_iter().for_each(|program| self.closed.put(program));
        Ok(())
    }
}

/// A program that returns its seat and takes another, over and over.
pub(crate) struct Cycling {
    program: Program,
    random: Random,
    holds: bool,
}

impl Cycling {
    /// Goes on from the seat that `program` holds.
    pub(crate) fn new(program: Program) -> Self {
        Self { random: program.random(), program, holds: true }
    }
}

impl Work for Cycling {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        match self.holds {
            true => self.program.ask_to_return(request),
            false => self.program.ask_for_a_seat(&mut self.random, request),
        }
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, if self.holds { 204 } else { 201 })?;
        self.holds = !self.holds;
        Ok(())
    }
}

/// A program that is open and only refreshes.
pub(crate) struct Refreshing(pub(crate) Program);

impl Work for Refreshing {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        self.0.ask_to_refresh(request);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        self.0.take_lease(answer, 200)
    }
}

/// Several works over one connection, each in its turn.
pub(crate) struct InTurn<W> {
    works: Vec<W>,
    turn: usize,
}

impl<W> InTurn<W> {
    /// So many, each with a share of these works; at least one each.
    pub(crate) fn shared_out(works: impl IntoIterator<Item = W>, shares: usize) -> Vec<Self> {
        let mut all: Vec<Self> = (0..shares).map(|_| Self { works: Vec::new(), turn: 0 }).collect();
        for (at, work) in works.into_iter().enumerate() {
            all[at % shares].works.push(work);
        }
        all
    }
}

impl<W: Work> Work for InTurn<W> {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        self.works[self.turn].ask(request)
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        self.works[self.turn].take(answer)?;
        self.turn = (self.turn + 1) % self.works.len();
        Ok(())
    }
}

/// Nobody's work: the request of a checkout, to a server that only signs and sends it back.
pub(crate) struct Echoing {
    body: String,
}

impl Echoing {
    /// With the body that `program` sends.
    pub(crate) fn like(program: &Program) -> Self {
        Self { body: program.checkout_body().to_owned() }
    }
}

impl Work for Echoing {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        write(request, "PUT", crate::echo::PATH, "", &self.body);
        true
    }

    fn take(&mut self, answer: &Answer<'_>) -> Result<()> {
        expect(answer, 200)
    }
}
