//! A million live sessions: memory, start-up, disk.

use std::time::Instant;

use anyhow::Result;
use seatkeeper_test_support::Start;

use super::{Plan, tell};
use crate::direct::Direct;
use crate::machine::{self, bytes_in, resident_bytes};
use crate::report::{Figure, Goal, Section};

/// Sessions of one licence.
const POOL: u32 = 1000;

pub(crate) fn measure(plan: &Plan) -> Result<Section> {
    let folder = machine::folder()?;
    let data = folder.path().join("data");
    let (devices, sessions) = fill(plan, &data)?;

    // The first start makes secrets and keys; what is measured are those after it.
    drop(Start::default().data(&data).ready());
    let (mut start_up, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let start = Instant::now();
        let mut server = Start::default().data(&data).ready();
        start_up.push(start.elapsed().as_secs_f64());
        resident.push(resident_bytes(server.process().id())? as f64 / f64::from(1 << 20));
        server.stop();
    }
    let start_up = Figure::new("start-up, from exec to ready", "s", start_up).goal(Goal::AtMost(3.0));
    let disk = Figure::new("disk for each session, with indexes and events", "bytes", vec![sessions]);
    tell("start-up, s", start_up.median());
    tell("disk for each session, bytes", sessions);
    Ok(Section {
        title: "A million live sessions",
        method: format!(
            "{} live sessions, each of a user on a device of their own, in pools of {POOL}. They are put into the \
             books by the same domain commands as a server's, on the store directly, with no HTTP around it. Disk is \
             what all files of the data folder grow by, devices and sessions apart: a device stays, a session comes \
             and goes.",
            plan.most
        ),
        figures: vec![
            start_up,
            disk.goal(Goal::AtMost(500.0)),
            Figure::new("disk for each device, with its installation", "bytes", vec![devices]),
            Figure::new("resident memory once ready", "MiB", resident),
        ],
        notes: String::new(),
    })
}

/// Bytes for each device and for each session.
fn fill(plan: &Plan, data: &std::path::Path) -> Result<(f64, f64)> {
    let mut direct = Direct::fresh(data)?;
    let mut credentials = Vec::new();
    let empty = bytes_in(data)?;
    for _ in 0..plan.most / POOL {
        let pool = direct.pool(POOL)?;
        credentials.extend(direct.devices(pool, POOL as usize)?);
    }
    // Once closed, nothing is left in the log beside the file.
    drop(direct);
    let with_devices = bytes_in(data)?;
    Direct::open(data)?.take(&credentials)?;
    let all = bytes_in(data)?;
    let each = |from: u64, to: u64| to.saturating_sub(from) as f64 / f64::from(plan.most);
    Ok((each(empty, with_devices), each(with_devices, all)))
}
