//! What is measured, a file each; here is what they share: how much of it, and a server to load.

pub(crate) mod crowd;
pub(crate) mod cycle;
pub(crate) mod million;
pub(crate) mod pool;
pub(crate) mod sdk;
pub(crate) mod slow_disk;
pub(crate) mod tail;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use seatkeeper_test_support::{Server, Start};
use tempfile::TempDir;

use crate::load::{Window, to_the_end};
use crate::machine;
use crate::program::{Arriving, Program};
use crate::vendor::{Issued, Vendor};

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
}

impl Plan {
    /// What `BENCHMARKS.md` is made of: about a quarter of an hour.
    pub(crate) fn full() -> Self {
        let window = Window { warm: Duration::from_secs(1), count: Duration::from_secs(4) };
        Self { runs: 5, window, many: 100_000, most: 1_000_000 }
    }

    /// To see that it works: about a minute.
    pub(crate) fn quick() -> Self {
        let window = Window { warm: Duration::from_millis(200), count: Duration::from_millis(800) };
        Self { runs: 2, window, many: 2_000, most: 10_000 }
    }
}

/// A fresh server with a vendor on it.
struct Site {
    // Before the folder that it writes to: fields are dropped in this order.
    server: Server,
    address: SocketAddr,
    vendor: Vendor,
    _folder: TempDir,
}

impl Site {
    fn start(start: Start) -> Result<Self> {
        let folder = machine::folder()?;
        let server = start.data(&folder.path().join("data")).ready();
        Ok(Self { address: address(server.url())?, vendor: Vendor::on(&server), server, _folder: folder })
    }

    fn process(&mut self) -> u32 {
        self.server.process().id()
    }

    /// So many programs that hold a seat of a licence each. Each `crowd` has other devices and people.
    async fn arrive(&self, issued: &Issued, crowd: u64, count: u32) -> Result<Vec<Program>> {
        let connections = count.min(64);
        let mut arriving: Vec<Arriving> = (0..connections)
            .map(|at| {
                let share = count / connections + u32::from(at < count % connections);
                Arriving::new(issued, crowd * 1000 + u64::from(at), share)
            })
            .collect();
        to_the_end(self.address, &mut arriving).await?;
        Ok(arriving.into_iter().flat_map(|arriving| arriving.programs).collect())
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
