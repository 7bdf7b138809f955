//! What tests and benchmarks stand on: real processes, databases, disks, clocks and requests, each put away when its guard is
//! dropped, also by a panic. Knows how programs are run, and nothing of what Seatkeeper means by a seat.
//!
//! Everything here panics with a sentence in place of returning an error: it is for tests.

mod binaries;
mod clock;
mod disk;
mod fsync;
mod http;
mod port;
mod postgres;
mod process;
mod server;
mod tree;
mod wait;

pub use binaries::{artefacts, binary, example, node_module, python_tool};
pub use clock::FakeClock;
pub use disk::Disk;
pub use fsync::FsyncShim;
pub use http::{Answer, Http};
pub use postgres::{Database, PatroniPair, Postgres, StartPostgres, psql, try_psql};
pub use process::Process;
pub use server::{Server, Start};
pub use wait::{BOUND, thorough, until};
