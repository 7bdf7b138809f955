//! A durable, signed cycle of taking and returning a seat, beside the same HTTP stack that only signs.

use std::time::Instant;

use anyhow::Result;
use seatkeeper_test_support::{Process, Start};

use super::{CONNECTIONS, Plan, Site, address, tell};
use crate::load::{Measured, closed};
use crate::machine::{processor_seconds, writer_seconds};
use crate::profile::Profile;
use crate::report::{Figure, Goal, Section};
use crate::work::{Cycling, Echoing, Refreshing};

const METHOD: &str = "64 connections, each asking again as soon as it was answered. A cycle is a checkout (decided, \
    written, synced, then signed) and a return (decided, written, synced); requests are counted. The echo is a server \
    on the same transport, runtime and signing library that signs the body it was sent and does nothing else: no \
    token, no books, no middleware. Echo, cycle and refresh take turns, and ratios are taken within a turn. Processor \
    time counts all threads, kernel included.";

const LIMIT: &str = "The limit is the writer's one thread: what it does not compute it waits for its sync. What was found on the way and \
    mended: ids that begin with the time put what comes together into the same pages (a third more seats); the log is \
    copied beside the commits; a lease is known by its MAC (29 % of a refresh was Ed25519); an allocator that suits many \
    threads (a fifth of a refresh). With no sync at all the cycle was no faster, so next is what the writer computes: \
    statements of SQL, above all.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut site = Site::start(Start::default())?;
    let echo = Echo::start()?;
    let pool = site.vendor.pools(1, 10 * CONNECTIONS as u32);
    let programs = site.arrive(&pool, CONNECTIONS as u32, 1).await?;
    let mut echoing: Vec<Echoing> = programs.iter().map(Echoing::like).collect();
    let mut cycling: Vec<Cycling> = programs.into_iter().map(Cycling::new).collect();
    let programs = site.arrive(&pool, CONNECTIONS as u32, 2).await?;
    let mut refreshing: Vec<Refreshing> = programs.into_iter().map(Refreshing).collect();

    let (mut echoes, mut cycles, mut refreshes) = (Costs::default(), Costs::default(), Costs::default());
    let mut writing = Vec::new();
    for _ in 0..plan.runs {
        echoes.push(echo.process.id(), closed(echo.address, &mut echoing, plan.window)).await?;
        let (before, start) = (writer_seconds(site.process())?, Instant::now());
        cycles.push(site.process(), closed(site.address, &mut cycling, plan.window)).await?;
        writing.push(100.0 * (writer_seconds(site.process())? - before) / start.elapsed().as_secs_f64());
        refreshes.push(site.process(), closed(site.address, &mut refreshing, plan.window)).await?;
    }
    let profile = Profile::start(&[site.process()], plan.window.warm + plan.window.count)?;
    closed(site.address, &mut cycling, plan.window).await?;
    let profile = profile.map(Profile::table).transpose()?.flatten();

    let cycle =
        Figure::ratio("cycle ÷ echo, in requests a second", &cycles.rates, &echoes.rates).goal(Goal::AtLeast(0.5));
    let refresh = Figure::ratio("refresh ÷ echo", &refreshes.rates, &echoes.rates).goal(Goal::AtLeast(0.5));
    tell("cycle ÷ echo", cycle.median());
    tell("refresh ÷ echo", refresh.median());
    let notes = match profile {
        Some(table) => format!("{LIMIT}\n\nWhere the server's processor time goes in the cycle, sampled:\n\n{table}"),
        None => "Where the time goes was not sampled: `perf` is missing here, or may not.".to_owned(),
    };
    Ok(Section {
        title: "A seat taken and returned",
        method: METHOD.to_owned(),
        figures: vec![
            cycle,
            refresh,
            Figure::new("echo", "requests/s", echoes.rates),
            Figure::new("cycle", "requests/s", cycles.rates),
            Figure::new("refresh", "requests/s", refreshes.rates),
            Figure::new("the server's processor time for an echo", "µs", echoes.micros),
            Figure::new("for a request of a cycle", "µs", cycles.micros),
            Figure::new("for a refresh", "µs", refreshes.micros),
            Figure::new("the generator's share of the processor time in the cycle", "%", cycles.generator),
            Figure::new("processor time of the writer's thread in the cycle, of one core", "%", writing),
        ],
        notes,
    })
}

/// What a kind of request costs, run after run.
#[derive(Default)]
struct Costs {
    /// Requests a second.
    rates: Vec<f64>,
    /// The server's processor time for each, in microseconds.
    micros: Vec<f64>,
    /// The generator's part of all processor time, in percent.
    generator: Vec<f64>,
}

impl Costs {
    async fn push(&mut self, server: u32, run: impl Future<Output = Result<Measured>>) -> Result<()> {
        let used = || -> Result<[f64; 2]> { Ok([processor_seconds(server)?, processor_seconds(std::process::id())?]) };
        let (before, start) = (used()?, Instant::now());
        let rate = run.await?.rate();
        let requests = rate * start.elapsed().as_secs_f64();
        let [server, generator] = used()?;
        let (server, generator) = (server - before[0], generator - before[1]);
        self.rates.push(rate);
        self.micros.push(server * 1e6 / requests);
        self.generator.push(100.0 * generator / (generator + server));
        Ok(())
    }
}

/// The server that only signs, in a process of its own.
struct Echo {
    address: std::net::SocketAddr,
    process: Process,
}

impl Echo {
    fn start() -> Result<Self> {
        let mut process = Process::start(std::process::Command::new(std::env::current_exe()?).arg("echo"));
        let line = process.hear("listening ");
        Ok(Self { address: address(&line["listening ".len()..])?, process })
    }
}
