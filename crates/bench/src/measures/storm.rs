//! The restart storm: ten thousand programs that missed their refresh all come back at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Engine, Plan, Site, tell};
use crate::connection::{Answer, Connection};
use crate::program::Program;
use crate::random::Random;
use crate::report::{Figure, Goal, Section};

/// Programs of each pool.
const EACH: u32 = 100;

/// How long the server is away.
const OUTAGE: Duration = Duration::from_secs(1);

/// A program that finds nobody asks again within this; real ones wait five seconds at least.
const SOON: Duration = Duration::from_millis(500);

/// A storm that lasts longer was not measured, but failed.
const BOUND: Duration = Duration::from_secs(120);

const METHOD: &str = "Programs hold a seat each, and their server is killed (SIGKILL). All of them are due to refresh at \
    once, find nobody, and ask again after a draw of up to half a second (real ones wait five seconds at least, and come \
    less together). A second later the server is started on the same books. Each program comes over a connection of its \
    own, tries again when it finds nobody or is cut off, and after a 503 exactly when `Retry-After` says; any other \
    answer but a lease ends the run. Time counts from the server's start, its own start-up included.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut figures = Vec::new();
    for engine in Engine::ALL {
        figures.extend(on(engine, plan).await?);
    }
    Ok(Section { title: "Restart storm", method: METHOD.to_owned(), figures, notes: String::new() })
}

async fn on(engine: Engine, plan: &Plan) -> Result<[Figure; 3]> {
    let mut site = Site::on(engine)?;
    let pools = site.vendor.pools(plan.storm / EACH, EACH);
    let mut programs = site.arrive(&pools, EACH, 1).await?;
    let (mut over, mut middle, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        site.server.kill9();
        let mut random = Random::seeded(7);
        let mut tasks: JoinSet<Result<Storming>> = JoinSet::new();
        for program in programs.drain(..) {
            let storming = Storming {
                to: site.address,
                program,
                random: Random::seeded(random.next()),
                told_later: 0,
                done: None,
            };
            tasks.spawn(storming.until_refreshed());
        }
        sleep(OUTAGE).await;
        let start = Instant::now();
        let restarted = tokio::task::spawn_blocking(move || {
            site.server.restart();
            site
        });
        let mut took = Vec::new();
        let mut refusals = 0;
        let all = async {
            while let Some(one) = tasks.join_next().await {
                let one = one??;
                took.push(one.done.context("a program was not refreshed")?.duration_since(start).as_secs_f64());
                refusals += one.told_later;
                programs.push(one.program);
            }
            anyhow::Ok(())
        };
        timeout(BOUND, all).await.context("the storm did not end")??;
        site = restarted.await?;
        took.sort_by(f64::total_cmp);
        over.push(took.last().copied().unwrap_or_default());
        middle.push(took[took.len() / 2]);
        later.push(f64::from(refusals));
    }
    let name = engine.name();
    let over = Figure::new(format!("{name}: all {} refreshed after", programs.len()), "s", over);
    tell(&over.what, over.median());
    Ok([
        over.goal(Goal::AtMost(5.0)),
        Figure::new(format!("{name}: half of them after"), "s", middle),
        Figure::new(format!("{name}: 503s, each retried as told"), "", later),
    ])
}

/// One program that wants its lease renewed, whatever it takes.
struct Storming {
    to: SocketAddr,
    program: Program,
    random: Random,
    /// 503s that it was answered with.
    told_later: u32,
    done: Option<Instant>,
}

impl Storming {
    async fn until_refreshed(mut self) -> Result<Self> {
        let mut request = Vec::new();
        self.program.ask_to_refresh(&mut request);
        loop {
            let wait = match self.once(&request).await {
                Ok(None) => return Ok(self),
                Ok(Some(told)) => told,
                Err(Failed::NoContact) => SOON.mul_f64(self.random.fraction()),
                Err(Failed::Refused(error)) => return Err(error),
            };
            sleep(wait).await;
        }
    }

    /// One attempt; how long to wait where it was told to.
    async fn once(&mut self, request: &[u8]) -> Result<Option<Duration>, Failed> {
        let mut connection = Connection::open(self.to).await.map_err(|_| Failed::NoContact)?;
        let answer = connection.ask(request).await.map_err(|_| Failed::NoContact)?;
        if let Answer { status: 503, again, .. } = answer {
            self.told_later += 1;
            let seconds = again.context("a 503 says when to come again").map_err(Failed::Refused)?;
            return Ok(Some(Duration::from_secs(seconds)));
        }
        self.program.take_lease(&answer, 200).map_err(Failed::Refused)?;
        self.done = Some(Instant::now());
        Ok(None)
    }
}

enum Failed {
    /// Nobody there, or nobody any more.
    NoContact,
    /// An answer that ends the run.
    Refused(anyhow::Error),
}
