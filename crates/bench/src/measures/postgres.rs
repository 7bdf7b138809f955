//! PostgreSQL at the driver, with no HTTP around it, beside a checkout a transaction on the same database.

use std::iter::repeat_n;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use seatkeeper_domain::decide::Credential;
use seatkeeper_store::{Clock, Driver, Submit};
use seatkeeper_store_postgres::Database;
use seatkeeper_test_support::{FsyncShim, Postgres};
use tokio::task::JoinSet;

use super::{Plan, tell};
use crate::direct::Direct;
use crate::hand_written::HandWritten;
use crate::load::Window;
use crate::orders::Orders;
use crate::profile::Profile;
use crate::random::Random;
use crate::report::{Figure, Goal, Section};

const POOLS: u32 = 1000;

/// Seats of each pool: never all taken.
const SEATS: u32 = 10_000_000;

/// Connections of the hand-written transaction.
const CONNECTIONS: usize = 64;

/// Programs that ask the driver at once.
const ASKING: u64 = 1024;

const METHOD: &str = "Checkouts, each of a user who holds no seat, on a PostgreSQL with its own settings, which syncs every \
    commit. Through the driver: 1,024 programs ask at once, each again when it was answered, over as many connections as a server has (one a core, two to four); a session, \
    its checkout, an event chained to the one before and the counters are written for each. By hand: one transaction a \
    checkout over 64 connections, with tables of its own that hold less, prepared statements and two round trips: `BEGIN` \
    and `SELECT … FOR UPDATE`; then the session, the count and `COMMIT`. All on one pool, or each on one of a thousand; all \
    take turns.";

const LIMIT: &str = "With 2 ms added the driver loses a tenth at most. The hand-written transaction loses little too where there \
    are a thousand pools: its 64 connections wait side by side, and PostgreSQL syncs for all who wait; ten times \
    its rate would be more than two cores can insert. On one pool it waits for the lock, and so for every sync. \
    The limit is PostgreSQL's own work for each row: a session with its five indexes, a checkout, an event.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut plain = Beside::start(Postgres::starting().ready()).await?;
    let slow = Postgres::starting().disk(FsyncShim::with_delay(Duration::from_millis(2))).ready();
    let mut slow = Beside::start(slow).await?;
    for _ in 0..plan.runs {
        plain.turn(plan.window).await?;
        slow.turn(plan.window).await?;
    }
    let profile = plain.profile(plan.window).await?;
    let mut figures = plain.ratios("", 10.0, 3.0);
    figures.extend(slow.ratios(", with 2 ms added to every sync", 50.0, 10.0));
    for figure in &figures {
        tell(&figure.what, figure.median());
    }
    figures.extend(plain.rates(""));
    figures.extend(slow.rates(", with 2 ms added"));
    let notes = match profile {
        Some(table) => {
            format!("{LIMIT}\n\nWhere processor time goes on one pool, the programs' included, sampled:\n\n{table}")
        }
        None => "Where the time goes was not sampled: `perf` is missing here, or may not.".to_owned(),
    };
    Ok(Section { title: "PostgreSQL at the driver", method: METHOD.to_owned(), figures, notes })
}

/// One PostgreSQL with both ways to check out, and what they reached run after run.
struct Beside {
    ours: Ours,
    by_hand: HandWritten,
    /// Through the driver and by hand, on one pool and on a thousand.
    hot: [Vec<f64>; 2],
    spread: [Vec<f64>; 2],
    database: String,
    // After all that is connected to it: fields are dropped in this order.
    postgres: Postgres,
}

impl Beside {
    async fn start(postgres: Postgres) -> Result<Self> {
        let database = postgres.create_database();
        let url = postgres.url(&database);
        let ours = tokio::task::spawn_blocking(move || Ours::fresh(&url)).await??;
        let by_hand = HandWritten::fresh(&postgres.url(&postgres.create_database()), CONNECTIONS, POOLS).await?;
        Ok(Self { ours, by_hand, hot: Default::default(), spread: Default::default(), database, postgres })
    }

    async fn turn(&mut self, window: Window) -> Result<()> {
        self.hot[0].push(self.ours.rate(1, window).await?);
        self.hot[1].push(self.by_hand.rate(1, window).await?);
        self.spread[0].push(self.ours.rate(POOLS, window).await?);
        self.spread[1].push(self.by_hand.rate(POOLS, window).await?);
        Ok(())
    }

    fn ratios(&self, disk: &str, hot: f64, spread: f64) -> Vec<Figure> {
        let ratio = |what: &str, [ours, by_hand]: &[Vec<f64>; 2], goal| {
            Figure::ratio(format!("the driver ÷ a transaction a checkout, {what}{disk}"), ours, by_hand)
                .goal(Goal::AtLeast(goal))
        };
        vec![ratio("one pool", &self.hot, hot), ratio("a thousand pools", &self.spread, spread)]
    }

    fn rates(&self, disk: &str) -> Vec<Figure> {
        let rate = |what: &str, runs: &[f64]| Figure::new(format!("{what}{disk}"), "checkouts/s", runs.to_vec());
        vec![
            rate("the driver, one pool", &self.hot[0]),
            rate("a transaction a checkout, one pool", &self.hot[1]),
            rate("the driver, a thousand pools", &self.spread[0]),
            rate("a transaction a checkout, a thousand pools", &self.spread[1]),
        ]
    }

    /// Where time goes on one pool, this process's and its backends'.
    async fn profile(&mut self, window: Window) -> Result<Option<String>> {
        let backends =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let backends = self.postgres.psql(&self.database, backends);
        let mut processes: Vec<u32> = backends.lines().filter_map(|line| line.trim().parse().ok()).collect();
        processes.push(std::process::id());
        let profile = Profile::start(&processes, window.warm + window.count)?;
        self.ours.rate(1, window).await?;
        Ok(profile.map(Profile::table).transpose()?.flatten())
    }
}

/// Books in PostgreSQL behind the batch driver, and a device of each pool.
struct Ours {
    devices: Arc<[Credential]>,
    clock: Arc<dyn Clock>,
    driver: Driver,
}

impl Ours {
    /// Blocks.
    fn fresh(url: &str) -> Result<Self> {
        let database = Database::open(url)?;
        let clock: Arc<dyn Clock> = Arc::new(database.clock());
        let writer = database.writers(&clock, 1).pop().context("no writer")?;
        let mut direct = Direct::on(writer, Orders::from(clock.now()))?;
        let pools = direct.customers(POOLS, SEATS)?;
        let devices = direct.devices(pools.iter().flat_map(|pool| repeat_n(*pool, 1)))?.into();
        drop(direct);
        let driver = Driver::start_all(database.writers(&clock, writers()))?;
        Ok(Self { devices, clock, driver })
    }

    /// Checkouts a second, each of one of so many pools.
    async fn rate(&self, pools: u32, window: Window) -> Result<f64> {
        let from = Instant::now() + window.warm;
        let mut tasks = JoinSet::new();
        for at in 0..ASKING {
            // Users of their own in every run: nobody asks for a seat who holds one.
            let seed = (self.clock.now().as_microsecond().cast_unsigned() << 12) + at;
            let asking =
                Asking { submit: self.driver.submit(), devices: self.devices.clone(), random: Random::seeded(seed) };
            let now = self.clock.now();
            tasks.spawn(asking.until(Orders::seeded(seed, now), pools, from, window.count));
        }
        let mut sum = 0;
        while let Some(done) = tasks.join_next().await {
            sum += done??;
        }
        Ok(sum as f64 / window.count.as_secs_f64())
    }
}

/// Tasks of the driver, each with a connection: as many as a server has.
fn writers() -> usize {
    available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4))
}

/// One program that asks for a seat, and again when it was answered, each time for another user.
struct Asking {
    submit: Submit,
    devices: Arc<[Credential]>,
    random: Random,
}

impl Asking {
    async fn until(mut self, mut orders: Orders, pools: u32, from: Instant, length: Duration) -> Result<u64> {
        let mut done = 0;
        while from.elapsed() < length {
            let device = self.devices[(self.random.next() % u64::from(pools)) as usize];
            let (_, command) = orders.checkout_of(device, self.random.next())?;
            self.submit.submit(command).await??;
            done += u64::from(Instant::now() >= from);
        }
        Ok(done)
    }
}
