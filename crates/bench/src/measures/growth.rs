//! Whether a checkout costs more in larger books: with more customers, and with a longer history.

use std::iter::repeat_n;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use seatkeeper_domain::decide::Credential;

use super::{Plan, tell};
use crate::direct::Direct;
use crate::machine;
use crate::orders::Pool;
use crate::random::Random;
use crate::report::{Figure, Goal, Section};

/// Customers, and events of their history, in small books.
const FEW_CUSTOMERS: u32 = 10;
const SHORT_HISTORY: u32 = 1_000;

/// Commands in a batch: what 64 connections hand in together.
const BATCH: usize = 64;

/// Customers whose programs ask in one batch.
const ASKING: usize = 8;

/// Customers of large books who ever ask.
const SAMPLE: usize = 1_000;

/// Batches of each in a run.
const ROUNDS: u32 = 200;

/// Of large books' history, one event in so many was made by taking and returning a seat.
const SEATS_SHARE: u32 = 10;

const LIMIT: &str = "What grows is what is written: each seat's rows and their places in several trees, each deeper among many \
    and mostly in other pages, which are found, written to the log and synced. History, which is written at its \
    end alone, costs nothing.";

pub(crate) fn measure(plan: &Plan) -> Result<Section> {
    let folder = machine::folder()?;
    let at = |name: &str| folder.path().join(name);
    let mut few = Asking::fill(&at("few"), FEW_CUSTOMERS, SHORT_HISTORY)?;
    let mut many = Asking::fill(&at("many"), plan.customers, SHORT_HISTORY)?;
    let mut long = Asking::fill(&at("long"), FEW_CUSTOMERS, plan.events)?;
    let mut micros: [Vec<f64>; 3] = Default::default();
    for _ in 0..plan.runs {
        let mut seconds = [0.0; 3];
        for _ in 0..ROUNDS {
            // In turns, so that whatever drifts, drifts under all of them.
            for (sum, asking) in seconds.iter_mut().zip([&mut few, &mut many, &mut long]) {
                *sum += asking.cycle()?;
            }
        }
        for (all, seconds) in micros.iter_mut().zip(seconds) {
            all.push(seconds * 1e6 / f64::from(ROUNDS) / BATCH as f64);
        }
    }
    let [few, many, long] = micros;
    let customers =
        Figure::ratio(format!("a checkout among {} customers ÷ among {FEW_CUSTOMERS}", plan.customers), &many, &few);
    let history =
        Figure::ratio(format!("a checkout after {} events ÷ after {SHORT_HISTORY}", plan.events), &long, &few);
    tell("checkout among many customers ÷ among few", customers.median());
    tell("checkout after a long history ÷ after a short one", history.median());
    Ok(Section {
        title: "Larger books",
        method: format!(
            "On the store with no HTTP around it: batches of {BATCH} checkouts by devices that hold no seat yet, of \
             {ASKING} customers drawn anew each time (of large books, from {SAMPLE}), decided and committed together, \
             returned after the clock was stopped; all books in turns. Each customer has a licence. A long history is one \
             event in {SEATS_SHARE} from seats taken and returned, with their sessions, and the others written by \
             themselves, chained and on the lane as always."
        ),
        figures: vec![
            customers.goal(Goal::AtMost(1.3)),
            history.goal(Goal::AtMost(1.3)),
            Figure::new(format!("checkout among {FEW_CUSTOMERS} customers, after {SHORT_HISTORY} events"), "µs", few),
            Figure::new(format!("checkout among {} customers", plan.customers), "µs", many),
            Figure::new(format!("checkout after {} events", plan.events), "µs", long),
        ],
        notes: LIMIT.to_owned(),
    })
}

/// Books, and the devices of those customers who ask for seats.
struct Asking {
    direct: Direct,
    /// By customer.
    devices: Vec<Vec<Credential>>,
    random: Random,
}

impl Asking {
    fn fill(folder: &Path, customers: u32, events: u32) -> Result<Self> {
        let mut direct = Direct::fresh(folder)?;
        let pools = direct.customers(customers, BATCH as u32)?;
        // Evenly from all of them.
        let step = (pools.len() / SAMPLE).max(1);
        let sample: Vec<Pool> = pools.iter().step_by(step).copied().collect();
        let devices: Vec<Vec<Credential>> =
            sample.iter().map(|pool| direct.devices(repeat_n(*pool, BATCH / ASKING))).collect::<Result<_>>()?;
        history(&mut direct, &sample, &devices, events)?;
        Ok(Self { direct, devices, random: Random::seeded(5) })
    }

    /// Seconds for a batch of checkouts, which are returned.
    fn cycle(&mut self) -> Result<f64> {
        let mut customers: Vec<usize> = (0..self.devices.len()).collect();
        self.random.shuffle(&mut customers);
        let asking: Vec<Credential> =
            customers.iter().take(ASKING).flat_map(|customer| &self.devices[*customer]).copied().collect();
        let (held, commands) = self.direct.asked(&asking)?;
        let start = Instant::now();
        let answers = self.direct.batch(&commands)?;
        let seconds = start.elapsed().as_secs_f64();
        answers.into_iter().try_for_each(|answer| answer.map(drop))?;
        self.direct.give_back(&held)?;
        Ok(seconds)
    }
}

/// Makes at least so many events.
fn history(direct: &mut Direct, pools: &[Pool], devices: &[Vec<Credential>], events: u32) -> Result<()> {
    let of_seats = direct.events + u64::from(events / SEATS_SHARE);
    let all: Vec<Credential> = devices.iter().flatten().copied().collect();
    while direct.events < of_seats {
        let held = direct.take(&all)?;
        direct.give_back(&held)?;
    }
    direct.note(pools, u64::from(events))
}
