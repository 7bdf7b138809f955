//! A disk whose every sync takes two milliseconds more, as many do: what group commit is for.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use seatkeeper_test_support::{FsyncShim, Start};

use super::{Plan, Site, tell};
use crate::load::closed;
use crate::machine;
use crate::report::{Figure, Goal, Section};
use crate::work::Cycling;

const CONNECTIONS: u32 = 256;

const METHOD: &str = "A preloaded library adds 2 ms to every `fsync` and `fdatasync`: a fast disk hides what group \
    commit is for. The server answers cycles of 256 connections over HTTP, as above; beside it the same commands are \
    decided and committed one by one on the same store, with no HTTP and no signature, which flatters the one by one.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let shim = FsyncShim::with_delay(Duration::from_millis(2));
    let site = Site::start(shim.under(Start::default()))?;
    let pool = site.vendor.pools(1, 10 * CONNECTIONS);
    let programs = site.arrive(&pool, CONNECTIONS, 1).await?;
    let mut cycling: Vec<Cycling> = programs.into_iter().map(Cycling::new).collect();
    let (mut together, mut single, mut middle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let measured = closed(site.address, &mut cycling, plan.window).await?;
        together.push(measured.rate());
        middle.push(measured.milliseconds(0.5));
        single.push(one_by_one(&shim, plan.window.count)?);
    }
    let ratio = Figure::ratio("256 connections ÷ one commit a request", &together, &single).goal(Goal::AtLeast(30.0));
    tell("256 connections ÷ one commit a request", ratio.median());
    Ok(Section {
        title: "With 2 ms added to every sync",
        method: METHOD.to_owned(),
        figures: vec![
            ratio,
            Figure::new("256 connections", "requests/s", together),
            Figure::new("256 connections, median latency", "ms", middle),
            Figure::new("one commit a request", "requests/s", single),
        ],
        notes: String::new(),
    })
}

/// Commands a second, in a process of its own with the slow disk under it.
fn one_by_one(shim: &FsyncShim, length: Duration) -> Result<f64> {
    let folder = machine::folder()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("one-by-one").arg(folder.path()).arg(length.as_secs_f64().to_string());
    shim.set(&mut command);
    let output = command.output()?;
    if !output.status.success() {
        bail!("one by one failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout)?.trim().parse().context("one by one printed no rate")
}
