//! A real PostgreSQL of the test's own: a cluster in a temporary folder, with a port on loopback, that can be killed, stopped
//! and started again. Knows nothing of what is kept in it.

mod connections;
mod installed;
mod patroni;
mod shared;

pub use installed::{psql, try_psql};
pub use patroni::PatroniPair;
pub use shared::Database;

use std::hash::{BuildHasher, RandomState};
use std::net::TcpStream;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use crate::port::free_port;
use crate::tree::kill_tree;
use crate::{BOUND, FsyncShim, Process, until};

/// How to start a PostgreSQL.
#[derive(Debug, Default)]
pub struct StartPostgres {
    settings: Vec<String>,
    disk: Option<FsyncShim>,
}

impl StartPostgres {
    /// One of its settings, such as `max_connections` and `20`.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push(format!("{name}={value}"));
        self
    }

    /// Under it, a disk that is slow to confirm.
    pub fn disk(mut self, disk: FsyncShim) -> Self {
        self.disk = Some(disk);
        self
    }

    /// Makes the cluster, starts it and waits until it takes connections.
    #[track_caller]
    pub fn ready(self) -> Postgres {
        let (folder, port) = (installed::folder(), free_port());
        installed::initdb(&folder.path().join("data"));
        let process = self.run(&folder, port);
        Postgres { process, start: self, port, folder }
    }

    #[track_caller]
    fn run(&self, folder: &TempDir, port: u16) -> Process {
        let mut command = installed::program("postgres");
        command.current_dir(folder).args(["-D", "data", "-p", &port.to_string()]).args(installed::ON_LOOPBACK);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        if let Some(disk) = &self.disk {
            disk.set(&mut command);
        }
        let mut process = Process::start(&mut command);
        until(BOUND, "PostgreSQL to take connections", || {
            assert!(process.is_running(), "PostgreSQL ended: {}", process.stderr());
            process.stderr().contains("ready to accept connections").then_some(())
        });
        process
    }
}

/// A running PostgreSQL, alone in its cluster; killed when dropped.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    start: StartPostgres,
    port: u16,
    folder: TempDir,
}

impl Postgres {
    /// One with nothing special.
    #[track_caller]
    pub fn start() -> Self {
        Self::starting().ready()
    }

    /// One to be told more before it starts.
    pub fn starting() -> StartPostgres {
        StartPostgres::default()
    }

    /// A fresh database of the PostgreSQL that the tests of a run share: the quickest, for who only needs a database.
    #[track_caller]
    pub fn shared() -> Database {
        Database::fresh()
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where one of its databases is: `postgres://postgres@127.0.0.1:PORT/NAME`.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its name.
    #[track_caller]
    pub fn create_database(&self) -> String {
        create_database(&self.url("postgres"))
    }

    /// What `psql` prints for these statements in one of its databases, one row a line.
    #[track_caller]
    pub fn psql(&self, database: &str, sql: &str) -> String {
        psql(&self.url(database), sql)
    }

    /// Takes every connection that is left, until what is returned is dropped.
    #[track_caller]
    pub fn take_all_connections(&self) -> Vec<TcpStream> {
        connections::take_all(self.port)
    }

    /// All that it logged since it was started last.
    pub fn log(&self) -> String {
        self.process.stderr()
    }

    /// Ends it with all its backends as a power cut would. Killed alone, it would leave backends that go on acknowledging.
    #[track_caller]
    pub fn kill9(&mut self) {
        if self.process.is_running() {
            kill_tree(Pid::from_raw(self.process.id() as i32).expect("a process has an id"));
        }
        self.process.kill9();
    }

    /// Ends it as an administrator does: who is connected is told and thrown out.
    #[track_caller]
    pub fn stop(&mut self) {
        self.process.signal(Signal::INT);
        self.process.wait();
    }

    /// Starts it again after `kill9` or `stop`: the same cluster, the same port.
    #[track_caller]
    pub fn restart(&mut self) {
        assert!(!self.process.is_running(), "it still runs: stop or kill it first");
        self.process = self.start.run(&self.folder, self.port);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// Makes an empty database beside the one at `url` and returns its name.
#[track_caller]
fn create_database(url: &str) -> String {
    // Random, since process ids come again and a test that was killed leaves its database.
    let name = format!("test_{:016x}", RandomState::new().hash_one(()));
    psql(url, &format!("CREATE DATABASE {name}"));
    name
}
