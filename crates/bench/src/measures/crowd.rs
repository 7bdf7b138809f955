//! A thousand programs that connect in the same instant.

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::Signal;
use seatkeeper_test_support::Start;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Plan, Site, tell};
use crate::connection::{Connection, write};
use crate::report::{Figure, Goal, Section};

const CROWD: u32 = 1000;

/// Who is dropped tries again after a second.
const AT_ONCE: Duration = Duration::from_millis(900);

const METHOD: &str = "The server is stopped (SIGSTOP), so that it accepts nothing, and a thousand connect at once: its \
    backlog has to hold them all. Then it goes on and each of them is answered. Counted are those that were not \
    connected within 900 ms (who is dropped tries again after a second) or not answered, and what the kernel says \
    that it dropped.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut site = Site::start(Start::default())?;
    let (mut left_out, mut dropped, mut slowest) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let before = listen_drops()?;
        site.server.process().signal(Signal::STOP);
        let connected = all(|| connect(site.address)).await?;
        site.server.process().signal(Signal::CONT);
        let start = Instant::now();
        let mut connected = connected.into_iter();
        let answered = all(|| answer(connected.next())).await?;
        slowest.push(start.elapsed().as_secs_f64() * 1000.0);
        left_out.push(f64::from(CROWD) - answered.len() as f64);
        dropped.push(listen_drops()?.saturating_sub(before) as f64);
    }
    let left_out = Figure::new("of 1,000 at once, not connected or not answered", "", left_out).goal(Goal::AtMost(0.0));
    tell("of 1000 at once, not answered", left_out.median());
    Ok(Section {
        title: "A thousand at once",
        method: METHOD.to_owned(),
        figures: vec![
            left_out,
            Figure::new("dropped, as the kernel counts", "", dropped),
            Figure::new("all answered after the server went on", "ms", slowest),
        ],
        notes: String::new(),
    })
}

/// What came of a thousand at once, of those of which something came.
async fn all<T: Send + 'static, F>(mut one: impl FnMut() -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    (0..CROWD).for_each(|_| drop(tasks.spawn(one())));
    let mut done = Vec::new();
    while let Some(came) = tasks.join_next().await {
        done.extend(came?.ok());
    }
    Ok(done)
}

async fn connect(to: SocketAddr) -> Result<Connection> {
    timeout(AT_ONCE, Connection::open(to)).await?
}

async fn answer(connection: Option<Connection>) -> Result<()> {
    let mut connection = connection.context("it was not connected")?;
    let mut request = Vec::new();
    write(&mut request, "GET", "/healthz", "", "");
    timeout(Duration::from_secs(20), connection.ask(&request)).await??;
    Ok(())
}

/// Connections that found a backlog full, since the machine started.
fn listen_drops() -> Result<u64> {
    let text = fs::read_to_string("/proc/net/netstat")?;
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("TcpExt: "));
    let (names, values) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let found = names.split(' ').zip(values.split(' ')).find(|(name, _)| *name == "ListenDrops");
    found.and_then(|(_, value)| value.parse().ok()).context("the kernel counts no dropped connections")
}
