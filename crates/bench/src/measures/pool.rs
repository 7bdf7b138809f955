//! Whether a checkout costs more where many hold seats.

use std::iter::repeat_n;
use std::time::Instant;

use anyhow::Result;
use seatkeeper_domain::decide::Credential;

use super::{Plan, tell};
use crate::direct::Direct;
use crate::machine;
use crate::orders::Held;
use crate::report::{Figure, Goal, Section};

/// Sessions in the small pool.
const FEW: u32 = 10;

/// Commands in a batch: what 64 connections hand in together.
const BATCH: usize = 64;

/// Batches of each in a run.
const ROUNDS: u32 = 200;

/// How many seats more than sessions where there is room.
const ROOM: u32 = 1000;

const LIMIT: &str = "What grows is what is written: each seat's rows and their places in several trees, each deeper among many \
    and mostly in other pages, which are found, written to the log and synced. A refusal, which writes nothing \
    there, costs the same in both.";

pub(crate) fn measure(plan: &Plan) -> Result<Section> {
    let folder = machine::folder()?;
    let mut direct = Direct::fresh(folder.path())?;
    let mut small = Asked::fill(&mut direct, FEW, ROOM)?;
    let mut large = Asked::fill(&mut direct, plan.many, ROOM)?;
    let mut small_full = Asked::fill(&mut direct, FEW, 0)?;
    let mut large_full = Asked::fill(&mut direct, plan.many, 0)?;
    let mut micros: [Vec<f64>; 4] = Default::default();
    for _ in 0..plan.runs {
        let mut seconds = [0.0; 4];
        for _ in 0..ROUNDS {
            // In turns, so that whatever drifts, drifts under all of them.
            seconds[0] += small.cycle(&mut direct)?;
            seconds[1] += large.cycle(&mut direct)?;
            seconds[2] += small_full.refused(&mut direct)?;
            seconds[3] += large_full.refused(&mut direct)?;
        }
        for (all, seconds) in micros.iter_mut().zip(seconds) {
            all.push(seconds * 1e6 / f64::from(ROUNDS) / BATCH as f64);
        }
    }
    let [small, large, small_full, large_full] = micros;
    let granted = Figure::ratio(format!("a checkout among {} ÷ among {FEW}", plan.many), &large, &small);
    let refused = Figure::ratio("the same in a full pool: a refusal", &large_full, &small_full);
    tell("checkout in a large pool ÷ in a small one", granted.median());
    tell("refusal in a large pool ÷ in a small one", refused.median());
    Ok(Section {
        title: "A large pool and a small one",
        method: format!(
            "On the store with no HTTP around it, which would hide a difference: batches of {BATCH} checkouts by \
             devices that hold no seat yet, decided and committed together, returned after the clock was stopped; \
             pools of both sizes in one file and in turns. In a full pool the same devices are refused."
        ),
        figures: vec![
            granted.goal(Goal::AtMost(1.3)),
            refused,
            Figure::new(format!("checkout among {FEW}"), "µs", small),
            Figure::new(format!("checkout among {}", plan.many), "µs", large),
            Figure::new(format!("refusal among {FEW}"), "µs", small_full),
            Figure::new(format!("refusal among {}", plan.many), "µs", large_full),
        ],
        notes: LIMIT.to_owned(),
    })
}

/// A pool and the devices that ask it for a seat.
struct Asked {
    waiting: Vec<Credential>,
}

impl Asked {
    /// A pool in which so many hold a seat, and so many more could.
    fn fill(direct: &mut Direct, sessions: u32, room: u32) -> Result<Self> {
        let pool = direct.pool(sessions + room)?;
        let holders = direct.devices(repeat_n(pool, sessions as usize))?;
        direct.take(&holders)?;
        Ok(Self { waiting: direct.devices(repeat_n(pool, BATCH))? })
    }

    fn ask(&self, direct: &mut Direct) -> Result<(Vec<Held>, f64, usize)> {
        let (held, commands) = direct.asked(&self.waiting)?;
        let start = Instant::now();
        let answers = direct.batch(&commands)?;
        Ok((held, start.elapsed().as_secs_f64(), answers.iter().filter(|answer| answer.is_ok()).count()))
    }

    /// Seconds for a batch of checkouts, which are returned.
    fn cycle(&mut self, direct: &mut Direct) -> Result<f64> {
        let (held, seconds, granted) = self.ask(direct)?;
        anyhow::ensure!(granted == BATCH, "only {granted} of {BATCH} got a seat");
        direct.give_back(&held)?;
        Ok(seconds)
    }

    /// Seconds for a batch of checkouts of which none can be granted.
    fn refused(&mut self, direct: &mut Direct) -> Result<f64> {
        let (_, seconds, granted) = self.ask(direct)?;
        anyhow::ensure!(granted == 0, "{granted} got a seat in a full pool");
        Ok(seconds)
    }
}
