//! A durable, signed cycle of taking and returning a seat, beside the same HTTP stack that only signs.

use anyhow::Result;
use seatkeeper_test_support::{Process, Start};

use super::{Plan, Site, address, tell};
use crate::load::closed;
use crate::machine::processor_seconds;
use crate::profile::Profile;
use crate::program::{Cycling, Echoing, Refreshing};
use crate::report::{Figure, Goal, Section};

const CONNECTIONS: u32 = 64;

const METHOD: &str = "64 connections, each asking again as soon as it was answered. A cycle is a checkout (decided, \
    written, synced, then signed) and a return (decided, written, synced); requests are counted. The echo is a server \
    on the same transport, runtime and signing library that signs the body it was sent and does nothing else: no \
    token, no books, no middleware. Echo, cycle and refresh take turns, and ratios are taken within a turn.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut site = Site::start(Start::default())?;
    let echo = Echo::start()?;
    let issued = site.vendor.issue(10 * CONNECTIONS);
    let programs = site.arrive(&issued, 1, CONNECTIONS).await?;
    let mut echoing: Vec<Echoing> = programs.iter().map(Echoing::like).collect();
    let mut cycling: Vec<Cycling> = programs.into_iter().map(Cycling::new).collect();
    let programs = site.arrive(&issued, 2, CONNECTIONS).await?;
    let mut refreshing: Vec<Refreshing> = Refreshing::shared_out(programs, CONNECTIONS as usize);

    let (mut echoes, mut cycles, mut refreshes, mut ours) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        echoes.push(closed(echo.address, &mut echoing, plan.window).await?.rate());
        let before = [std::process::id(), site.process()].map(processor_seconds);
        cycles.push(closed(site.address, &mut cycling, plan.window).await?.rate());
        let [generator, server] = [std::process::id(), site.process()].map(processor_seconds);
        let [generator_before, server_before] = before;
        let (generator, server) = (generator? - generator_before?, server? - server_before?);
        ours.push(100.0 * generator / (generator + server));
        refreshes.push(closed(site.address, &mut refreshing, plan.window).await?.rate());
    }
    let profile = Profile::start(site.process(), plan.window.warm + plan.window.count)?;
    closed(site.address, &mut cycling, plan.window).await?;
    let profile = profile.map(Profile::table).transpose()?.flatten();

    let cycle = Figure::ratio("cycle ÷ echo, in requests a second", &cycles, &echoes).goal(Goal::AtLeast(0.4));
    let refresh = Figure::ratio("refresh ÷ echo", &refreshes, &echoes);
    tell("cycle ÷ echo", cycle.median());
    tell("refresh ÷ echo", refresh.median());
    let notes = match profile {
        Some(table) => format!("Where the server's processor time goes in the cycle, sampled:\n\n{table}"),
        None => "Where the time goes was not sampled: `perf` is missing here, or may not.".to_owned(),
    };
    Ok(Section {
        title: "A seat taken and returned",
        method: METHOD.to_owned(),
        figures: vec![
            cycle,
            refresh,
            Figure::new("echo", "requests/s", echoes),
            Figure::new("cycle", "requests/s", cycles),
            Figure::new("refresh", "requests/s", refreshes),
            Figure::new("the generator's share of the processor time in the cycle", "%", ours),
        ],
        notes,
    })
}

/// The server that only signs, in a process of its own.
struct Echo {
    address: std::net::SocketAddr,
    _process: Process,
}

impl Echo {
    fn start() -> Result<Self> {
        let mut process = Process::start(std::process::Command::new(std::env::current_exe()?).arg("echo"));
        let line = process.hear("listening ");
        Ok(Self { address: address(&line["listening ".len()..])?, _process: process })
    }
}
