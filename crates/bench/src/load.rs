//! Puts load on a server and measures how long answers take. Knows nothing of what is asked.
//!
//! In a *closed* loop each connection asks again when it was answered: that finds the most a server can do. In an
//! *open* loop requests come at a rate of their own and their latency counts from when they were due, sent or not,
//! so that a stall is felt by all who would have come meanwhile (no coordinated omission).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::connection::{Answer, Connection};
use crate::pace::{Arrivals, Gaps};

/// What one connection asks, request after request.
pub(crate) trait Work: Send + 'static {
    /// Writes the next request; `false` when there is none.
    fn ask(&mut self, request: &mut Vec<u8>) -> bool;

    /// Takes the answer to it. An error ends the run: figures of something else are none.
    fn take(&mut self, answer: &Answer<'_>) -> Result<()>;
}

/// How long to load a server. What is answered in the first part is not counted.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// Until connections, caches and branch predictors are warm.
    pub(crate) warm: Duration,
    /// What counts.
    pub(crate) count: Duration,
}

/// How connections are used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// One for all requests of a work.
    Kept,
    /// A fresh one for each request, as programs do that refresh every few minutes.
    Fresh,
}

/// What was measured.
pub(crate) struct Measured {
    latency: Histogram<u64>,
    over: Duration,
}

/// A run ends at the latest so long after its window.
const BOUND: Duration = Duration::from_secs(60);

impl Measured {
    fn nothing(over: Duration) -> Result<Self> {
        // From a microsecond to the bound of a run, to three digits.
        Ok(Self { latency: Histogram::new_with_bounds(1, 120_000_000, 3)?, over })
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.over.as_secs_f64()
    }

    /// The latency that this share of answers kept, in milliseconds.
    pub(crate) fn milliseconds(&self, share: f64) -> f64 {
        self.latency.value_at_quantile(share) as f64 / 1000.0
    }

    fn record(&mut self, latency: Duration) {
        self.latency.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }
}

/// A connection for each work, each asking as soon as it was answered.
pub(crate) async fn closed<W: Work>(to: SocketAddr, works: &mut Vec<W>, window: Window) -> Result<Measured> {
    run(to, works, window, Connections::Kept, None).await
}

/// Until every work has nothing left to ask.
pub(crate) async fn to_the_end<W: Work>(to: SocketAddr, works: &mut Vec<W>) -> Result<Measured> {
    let window = Window { warm: Duration::ZERO, count: Duration::from_secs(600) };
    let start = Instant::now();
    let measured = run(to, works, window, Connections::Kept, None).await?;
    Ok(Measured { over: start.elapsed(), ..measured })
}

/// So many requests a second, whichever work's connection is free to carry the next.
pub(crate) async fn open<W: Work>(
    to: SocketAddr,
    works: &mut Vec<W>,
    window: Window,
    connections: Connections,
    per_second: f64,
) -> Result<Measured> {
    let now = Instant::now();
    let arrivals = Arrivals::start(Gaps::new(now, per_second), now + window.warm + window.count)?;
    run(to, works, window, connections, Some(arrivals)).await
}

/// A request at each of these instants, each over a connection of its own; all of them count.
pub(crate) async fn open_at<W: Work>(to: SocketAddr, works: &mut Vec<W>, due: Vec<Instant>) -> Result<Measured> {
    let last = due.last().copied().unwrap_or_else(Instant::now);
    let window = Window { warm: Duration::ZERO, count: last.saturating_duration_since(Instant::now()) };
    let arrivals = Arrivals::start(due.into_iter(), last + Duration::from_secs(1))?;
    run(to, works, window, Connections::Fresh, Some(arrivals)).await
}

async fn run<W: Work>(
    to: SocketAddr,
    works: &mut Vec<W>,
    window: Window,
    connections: Connections,
    arrivals: Option<Arc<Arrivals>>,
) -> Result<Measured> {
    let mut tasks = JoinSet::new();
    let count_from = Instant::now() + window.warm;
    for work in works.drain(..) {
        let caller = Caller { to, work, connections, arrivals: arrivals.clone(), kept: None };
        let measured = Measured::nothing(window.count)?;
        tasks.spawn(caller.call(count_from, count_from + window.count, measured));
    }
    let all = async {
        let mut sum = Measured::nothing(window.count)?;
        while let Some(done) = tasks.join_next().await {
            let (work, measured) = done??;
            sum.latency.add(measured.latency)?;
            works.push(work);
        }
        Ok(sum)
    };
    let bound = window.warm + window.count + BOUND;
    tokio::time::timeout(bound, all).await.context("the server had not answered everything a minute after the run")?
}

struct Caller<W> {
    to: SocketAddr,
    work: W,
    connections: Connections,
    arrivals: Option<Arc<Arrivals>>,
    kept: Option<Connection>,
}

impl<W: Work> Caller<W> {
    async fn call(mut self, from: Instant, until: Instant, mut measured: Measured) -> Result<(W, Measured)> {
        let mut request = Vec::new();
        loop {
            let due = match &self.arrivals {
                Some(arrivals) => arrivals.next().await,
                None => Some(Instant::now()).filter(|now| *now < until),
            };
            let Some(due) = due.filter(|_| self.work.ask(&mut request)) else {
                return Ok((self.work, measured));
            };
            self.one(&request).await?;
            if due >= from {
                measured.record(due.elapsed());
            }
        }
    }

    async fn one(&mut self, request: &[u8]) -> Result<()> {
        let mut connection = match self.kept.take() {
            Some(connection) => connection,
            None => Connection::open(self.to).await?,
        };
        let answer = connection.ask(request).await?;
        self.work.take(&answer)?;
        if self.connections == Connections::Kept {
            self.kept = Some(connection);
        }
        Ok(())
    }
}
