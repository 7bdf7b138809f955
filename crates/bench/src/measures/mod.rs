//! What is measured, a file each; here is what they share: how much of it, and a server to load.

pub(crate) mod crowd;
pub(crate) mod cycle;
pub(crate) mod growth;
pub(crate) mod million;
pub(crate) mod monday;
pub(crate) mod pool;
pub(crate) mod pools;
pub(crate) mod postgres;
pub(crate) mod sdk;
pub(crate) mod slow_disk;
pub(crate) mod storm;
pub(crate) mod tail;
pub(crate) mod web;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use seatkeeper_test_support::{Postgres, Server, Start};
use tempfile::TempDir;

use crate::load::{Window, to_the_end};
use crate::machine;
use crate::program::Program;
use crate::vendor::{Issued, Vendor};
use crate::work::{Activating, Closing, Opening};

/// Connections that are kept, where nothing else is said.
const CONNECTIONS: usize = 64;

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Of each, interleaved where two are compared.
    pub(crate) runs: u32,
    /// How long one lasts.
    pub(crate) window: Window,
    /// Sessions in the large pool, and sessions that refresh meanwhile.
    pub(crate) many: u32,
    /// Sessions in the largest books.
    pub(crate) most: u32,
    /// People who come on Monday, a multiple of a hundred, and how long the ten minutes last in which they do.
    pub(crate) people: u32,
    pub(crate) monday: Duration,
    /// Programs in a restart storm, a multiple of a hundred.
    pub(crate) storm: u32,
    /// Customers of the largest books, and events in the longest history.
    pub(crate) customers: u32,
    pub(crate) events: u32,
}

impl Plan {
    /// What `BENCHMARKS.md` is made of: twenty-odd minutes.
    pub(crate) fn full() -> Self {
        let window = Window { warm: Duration::from_secs(1), count: Duration::from_secs(4) };
        Self {
            runs: 5,
            window,
            many: 100_000,
            most: 1_000_000,
            people: 30_000,
            monday: Duration::from_secs(12),
            storm: 10_000,
            customers: 100_000,
            events: 10_000_000,
        }
    }

    /// To see that it works: a minute or two.
    pub(crate) fn quick() -> Self {
        let window = Window { warm: Duration::from_millis(200), count: Duration::from_millis(800) };
        Self {
            runs: 2,
            window,
            many: 2_000,
            most: 10_000,
            people: 1_000,
            monday: Duration::from_secs(1),
            storm: 1_000,
            customers: 1_000,
            events: 20_000,
        }
    }
}

/// Where a server keeps its books.
#[derive(Clone, Copy)]
enum Engine {
    /// In its own file.
    Embedded,
    /// In a PostgreSQL on the same machine, with nothing set.
    Postgres,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Embedded, Self::Postgres];

    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A fresh server with a vendor on it.
struct Site {
    // Before what it writes to: fields are dropped in this order.
    server: Server,
    address: SocketAddr,
    vendor: Vendor,
    _folder: TempDir,
    _postgres: Option<Postgres>,
}

impl Site {
    fn start(start: Start) -> Result<Self> {
        let folder = machine::folder()?;
        let server = start.data(&folder.path().join("data")).ready();
        let (address, vendor) = (address(server.url())?, Vendor::on(&server));
        Ok(Self { address, vendor, server, _folder: folder, _postgres: None })
    }

    /// With nothing special, on this engine.
    fn on(engine: Engine) -> Result<Self> {
        match engine {
            Engine::Embedded => Self::start(Start::default()),
            Engine::Postgres => {
                let postgres = Postgres::start();
                let start = Start::default().database(&postgres.url(&postgres.create_database()));
                Ok(Self { _postgres: Some(postgres), ..Self::start(start)? })
            }
        }
    }

    fn process(&mut self) -> u32 {
        self.server.process().id()
    }

    /// `each` programs of each pool that hold a seat. Each `crowd` has other devices and people.
    async fn arrive(&self, pools: &[Issued], each: u32, crowd: u64) -> Result<Vec<Program>> {
        let installed = self.install(pools, each, crowd).await?;
        self.open(installed).await
    }

    /// `each` programs of each pool that were activated, and are closed.
    async fn install(&self, pools: &[Issued], each: u32, crowd: u64) -> Result<Vec<Program>> {
        let (mut works, done) = Activating::shared_out(pools, each as usize, crowd, CONNECTIONS);
        to_the_end(self.address, &mut works).await?;
        Ok(done.all())
    }

    /// Opens programs, each of which gets a seat.
    async fn open(&self, programs: Vec<Program>) -> Result<Vec<Program>> {
        let (mut works, opened) = Opening::shared_out(programs, CONNECTIONS);
        to_the_end(self.address, &mut works).await?;
        let left_out = opened.left_out.all().len();
        ensure!(left_out == 0, "{left_out} programs found no seat");
        Ok(opened.held.all())
    }

    /// Closes programs that hold a seat.
    async fn close(&self, programs: Vec<Program>) -> Result<Vec<Program>> {
        let (mut works, closed) = Closing::shared_out(programs, CONNECTIONS);
        to_the_end(self.address, &mut works).await?;
        Ok(closed.all())
    }
}

/// The address in a URL that a server prints.
fn address(url: &str) -> Result<SocketAddr> {
    url.trim_start_matches("http://").parse().with_context(|| format!("{url} names no address"))
}

/// Shows how far it is.
fn tell(what: &str, value: f64) {
    eprintln!("  {what}: {value:.2}");
}
