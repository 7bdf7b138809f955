//! A million live sessions: disk, memory, start-up, and what it costs to keep them all refreshed.

use std::time::Instant;

use anyhow::Result;

use super::{CONNECTIONS, Engine, Plan, Site, tell};
use crate::load::{Connections, Measured, open};
use crate::machine::{bytes_in, processor_seconds, resident_bytes};
use crate::profile::Profile;
use crate::program::Program;
use crate::random::Random;
use crate::report::{Figure, Goal, Section};
use crate::work::{Cycling, InTurn, Refreshing};

/// Sessions of one licence.
const POOL: u32 = 1000;

/// The policy's default: every session refreshes so often.
const REFRESH_SECONDS: u32 = 300;

/// Checkouts and returns a second meanwhile.
const OTHERS: f64 = 200.0;

const LIMIT: &str = "The limit is the writer's thread: each refresh is a row anywhere among a million, whose page is found, \
    written to the log and later copied back, and it comes over a connection of its own. Refreshes are gathered, \
    so that a commit has many; next are fewer facts loaded for each, and fewer pages touched.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut site = Site::on(Engine::Embedded)?;
    let mut filled = fill(&mut site, plan).await?;
    let (mut start_up, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        site.server.stop();
        let start = Instant::now();
        site.server.restart();
        start_up.push(start.elapsed().as_secs_f64());
        resident.push(resident_bytes(site.process())? as f64 / f64::from(1 << 20));
    }

    // In an order of chance: refreshed as they began, neighbours would share a page.
    Random::seeded(3).shuffle(&mut filled.programs);
    let mut refreshing = InTurn::shared_out(filled.programs.into_iter().map(Refreshing), CONNECTIONS);
    let programs = site.arrive(&site.vendor.pools(1, POOL), CONNECTIONS as u32, 2).await?;
    let mut cycling: Vec<Cycling> = programs.into_iter().map(Cycling::new).collect();
    let (mut busy, mut checkouts, mut refreshes, mut done) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let (before, start) = (processor_seconds(site.process())?, Instant::now());
        let (refresh, cycle) = all_refresh(&site, &mut refreshing, &mut cycling, plan).await?;
        let used = processor_seconds(site.process())? - before;
        busy.push(100.0 * used / start.elapsed().as_secs_f64());
        checkouts.push(cycle.milliseconds(0.99));
        refreshes.push(refresh.milliseconds(0.99));
        done.push(refresh.rate());
    }
    let profile = Profile::start(&[site.process()], plan.window.warm + plan.window.count)?;
    all_refresh(&site, &mut refreshing, &mut cycling, plan).await?;
    let profile = profile.map(Profile::table).transpose()?.flatten();

    let start_up = Figure::new("start-up, from exec to ready", "s", start_up).goal(Goal::AtMost(3.0));
    let disk = Figure::new("disk for each session, with indexes and events", "bytes", vec![filled.session_bytes]);
    let busy = Figure::new("the server's processor time while all refresh, of one core", "%", busy);
    let checkouts = Figure::new("p99 of a checkout or return meanwhile", "ms", checkouts);
    for (what, figure) in [
        ("start-up, s", &start_up),
        ("% of a core to refresh all", &busy),
        ("p99 of a checkout meanwhile, ms", &checkouts),
    ] {
        tell(what, figure.median());
    }
    Ok(Section {
        title: "A million live sessions",
        method: method(plan),
        figures: vec![
            start_up,
            disk.goal(Goal::AtMost(500.0)),
            busy.goal(Goal::AtMost(25.0)),
            checkouts.goal(Goal::AtMost(20.0)),
            Figure::new("p99 of a refresh", "ms", refreshes),
            Figure::new("refreshes", "/s", done),
            Figure::new("disk for each device, with its installation", "bytes", vec![filled.device_bytes]),
            Figure::new("resident memory once ready", "MiB", resident),
        ],
        notes: match profile {
            Some(table) => {
                format!("{LIMIT}\n\nWhere the server's processor time goes while all refresh, sampled:\n\n{table}")
            }
            None => "Where the time goes was not sampled: `perf` is missing here, or may not.".to_owned(),
        },
    })
}

/// Every session refreshes so often as the policy says, and other programs come and go.
async fn all_refresh(
    site: &Site,
    refreshing: &mut Vec<InTurn<Refreshing>>,
    cycling: &mut Vec<Cycling>,
    plan: &Plan,
) -> Result<(Measured, Measured)> {
    let rate = f64::from(plan.most) / f64::from(REFRESH_SECONDS);
    tokio::try_join!(
        open(site.address, refreshing, plan.window, Connections::Fresh, rate),
        open(site.address, cycling, plan.window, Connections::Fresh, OTHERS),
    )
}

fn method(plan: &Plan) -> String {
    format!(
        "{} programs, each on a device and of a user of its own, in pools of {POOL}, were activated and took a seat over \
         HTTP. Disk is what all files of the data folder grow by, devices and sessions apart: a device stays, a session \
         comes and goes. Then every session refreshes once in {REFRESH_SECONDS} s: {:.0} a second come at random instants, \
         each from the next of all sessions in an order of chance, and beside them {OTHERS:.0} checkouts and returns a \
         second of other programs. Each request comes over a connection of its own, without TLS, and its latency counts \
         from when it was due, connecting included; the processor time is the whole server's, connections, checkouts and \
         signatures included.",
        plan.most,
        f64::from(plan.most) / f64::from(REFRESH_SECONDS),
    )
}

/// Books with all the sessions.
struct Filled {
    programs: Vec<Program>,
    device_bytes: f64,
    session_bytes: f64,
}

async fn fill(site: &mut Site, plan: &Plan) -> Result<Filled> {
    let pools = site.vendor.pools(plan.most / POOL, POOL);
    let empty = bytes_at_rest(site)?;
    let programs = site.install(&pools, POOL, 1).await?;
    let with_devices = bytes_at_rest(site)?;
    let programs = site.open(programs).await?;
    let all = bytes_at_rest(site)?;
    let each = |from: u64, to: u64| to.saturating_sub(from) as f64 / f64::from(plan.most);
    Ok(Filled { programs, device_bytes: each(empty, with_devices), session_bytes: each(with_devices, all) })
}

/// Bytes of a server that was stopped, when nothing is left in the log beside the file.
fn bytes_at_rest(site: &mut Site) -> Result<u64> {
    site.server.stop();
    let bytes = bytes_in(site.server.data())?;
    site.server.restart();
    Ok(bytes)
}
