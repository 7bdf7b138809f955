//! Monday, 09:00: everybody opens the program within ten minutes.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Engine, Plan, Site, tell};
use crate::load::open_at;
use crate::machine::processor_seconds;
use crate::pace::bell;
use crate::random::Random;
use crate::report::{Figure, Section};
use crate::work::Opening;

/// People who share a pool, and seats that they have.
const PEOPLE: u32 = 100;
const SEATS: u32 = 90;

/// What the time in which they come stands for.
const TEN_MINUTES: f64 = 600.0;

/// Requests under way at once, each over a connection of its own.
const AT_ONCE: usize = 1000;

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut figures = Vec::new();
    for engine in Engine::ALL {
        figures.extend(on(engine, plan).await?);
    }
    Ok(Section { title: "Monday, 09:00", method: method(plan), figures, notes: String::new() })
}

async fn on(engine: Engine, plan: &Plan) -> Result<[Figure; 5]> {
    let mut site = Site::on(engine)?;
    let pools = plan.people / PEOPLE;
    let issued = site.vendor.pools(pools, SEATS);
    let mut people = site.install(&issued, PEOPLE, 1).await?;
    let mut random = Random::seeded(9);
    let (mut p50, mut p99, mut p999, mut busy, mut refused) = <(Vec<_>, Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
    for _ in 0..plan.runs {
        random.shuffle(&mut people);
        let due = bell(Instant::now(), plan.monday, plan.people, &mut random);
        let (mut works, opened) = Opening::shared_out(people, AT_ONCE);
        let (before, start) = (processor_seconds(site.process())?, Instant::now());
        let measured = open_at(site.address, &mut works, due).await?;
        let used = processor_seconds(site.process())? - before;
        busy.push(100.0 * used / start.elapsed().as_secs_f64());
        p50.push(measured.milliseconds(0.5));
        p99.push(measured.milliseconds(0.99));
        p999.push(measured.milliseconds(0.999));
        let (held, left_out) = (opened.held.all(), opened.left_out.all());
        // With every pool full to the last seat, one more would be one too many.
        ensure!(held.len() == (pools * SEATS) as usize, "{} seats were given of {}", held.len(), pools * SEATS);
        refused.push(100.0 * left_out.len() as f64 / f64::from(plan.people));
        people = site.close(held).await?;
        people.extend(left_out);
    }
    let name = engine.name();
    let p99 = Figure::new(format!("{name}: p99 from opening to an answer"), "ms", p99);
    tell(&p99.what, p99.median());
    Ok([
        p99,
        Figure::new(format!("{name}: median"), "ms", p50),
        Figure::new(format!("{name}: p99.9"), "ms", p999),
        Figure::new(format!("{name}: found every seat taken"), "%", refused),
        Figure::new(format!("{name}: the server's processor time meanwhile, of one core"), "%", busy),
    ])
}

fn method(plan: &Plan) -> String {
    let faster = TEN_MINUTES / plan.monday.as_secs_f64();
    let (mean, people) = (f64::from(plan.people) / plan.monday.as_secs_f64(), f64::from(plan.people) * faster);
    format!(
        "{} people open a program that was installed before, in pools of {SEATS} seats for {PEOPLE} people each: every \
         seat of every pool is given, and who comes last is told so. When each of them comes is a draw of their own, the \
         mean of three even ones: few at first and at the end of ten minutes, and at its busiest 2¼ times as many as on \
         average. These ten minutes go by {faster:.0} times as fast, so that {mean:.0} people come a second, as \
         {people:.0} would in ten minutes. Each comes over a connection of its own, whether or not those before were \
         answered; latency counts from the instant they came, connecting included.",
        plan.people
    )
}
