//! How long the slowest in a hundred wait while the server is half busy, with and without a crowd that refreshes.

use anyhow::Result;
use seatkeeper_test_support::Start;

use super::{CONNECTIONS, Plan, Site, tell};
use crate::load::{Connections, closed, open};
use crate::report::{Figure, Goal, Section};
use crate::work::{Cycling, InTurn, Refreshing};

/// The policy's default: every session refreshes so often.
const REFRESH_SECONDS: u32 = 300;

const NOTES: &str = "What is above some milliseconds are stalls, a few a second, in which a hundred requests gather. Traced system call by \
    system call: the writer's write or sync of the log takes 3 to 9 ms while the log is copied into the database, and while \
    requests, generator, writer and copy share two cores; the disk alone takes its p99.9, above, once in a thousand syncs, \
    which is about twice a second. With no copying at all p99 was 2.5 to 11.7 ms, in windows of a second. Tried with no \
    difference beyond the noise: copying sooner or later (2 to 32 MiB), in the commit that fills the log or beside it, pages \
    of 1 and 2 KiB, the copy or the requests at a lower priority, the writer or the generator at a higher one, waiting for \
    fuller batches.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let site = Site::start(Start::default())?;
    let pool = site.vendor.pools(1, 10 * CONNECTIONS as u32);
    let programs = site.arrive(&pool, CONNECTIONS as u32, 1).await?;
    let mut cycling: Vec<Cycling> = programs.into_iter().map(Cycling::new).collect();
    let (kept, fresh) = (Connections::Kept, Connections::Fresh);

    let mut most = Vec::new();
    for _ in 0..plan.runs {
        most.push(closed(site.address, &mut cycling, plan.window).await?.rate());
    }
    let most = Figure::new("saturation", "requests/s", most);
    let half = most.median() / 2.0;

    let mut alone = Tails::default();
    for _ in 0..plan.runs {
        alone.push(&open(site.address, &mut cycling, plan.window, kept, half).await?);
    }
    let crowd = site.arrive(&site.vendor.pools(1, plan.many), plan.many, 2).await?;
    let mut refreshing = InTurn::shared_out(crowd.into_iter().map(Refreshing), CONNECTIONS);
    let refreshes = f64::from(plan.many) / f64::from(REFRESH_SECONDS);
    let (mut beside, mut theirs) = (Tails::default(), Tails::default());
    for _ in 0..plan.runs {
        let (cycle, refresh) = tokio::try_join!(
            open(site.address, &mut cycling, plan.window, kept, half),
            open(site.address, &mut refreshing, plan.window, fresh, refreshes),
        )?;
        beside.push(&cycle);
        theirs.push(&refresh);
    }

    let many = plan.many;
    let p99 = |what: &str, tails: &Tails| Figure::new(format!("p99 {what}"), "ms", tails.p99.clone());
    let alone_p99 = p99("at half of saturation", &alone).goal(Goal::AtMost(5.0));
    let beside_p99 = p99(&format!("the same, while {many} sessions refresh"), &beside).goal(Goal::AtMost(5.0));
    tell("p99 at half of saturation", alone_p99.median());
    tell("p99 with refreshes", beside_p99.median());
    Ok(Section {
        title: "Waiting at half of saturation",
        method: format!(
            "Saturation is what 64 connections reach that ask again as soon as they are answered. Then requests come \
             at half that rate, at random instants, whether or not the ones before were answered, and latency counts \
             from the instant a request was due (no coordinated omission). Beside them {many} sessions of another \
             licence refresh every {REFRESH_SECONDS} s, {refreshes:.0} a second, each over a connection of its own."
        ),
        figures: vec![
            alone_p99,
            beside_p99,
            Figure::new("median at half of saturation", "ms", alone.p50),
            Figure::new("the same, while they refresh", "ms", beside.p50),
            Figure::new("p99.9 at half of saturation", "ms", alone.p999),
            Figure::new("the same, while they refresh", "ms", beside.p999),
            Figure::new("p99 of a refresh, with its connect", "ms", theirs.p99),
            most,
        ],
        notes: NOTES.to_owned(),
    })
}

/// Latencies of several runs, in milliseconds.
#[derive(Default)]
struct Tails {
    p50: Vec<f64>,
    p99: Vec<f64>,
    p999: Vec<f64>,
}

impl Tails {
    fn push(&mut self, measured: &crate::load::Measured) {
        self.p50.push(measured.milliseconds(0.5));
        self.p99.push(measured.milliseconds(0.99));
        self.p999.push(measured.milliseconds(0.999));
    }
}
