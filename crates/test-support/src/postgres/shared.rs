//! One PostgreSQL for all tests of a run: started by the first that asks, found by the others, ended by its keeper when nobody
//! has used it for half a minute. Each test gets a database of its own.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

use super::{create_database, installed, psql};
use crate::binaries::profile_folder;
use crate::port::free_port;
use crate::{BOUND, until};

/// The parent of the shared PostgreSQL, in the cluster's folder and as its owner; the words that follow run PostgreSQL.
/// Ends it when six looks in a row found nobody with a lock on `users`, and holds that lock until all is put away.
const KEEPER: &str = r#"
(
exec 8>keeper 9>users
flock 8
"$@" >log 2>&1 8>&- 9>&- &
idle=0
while [ $idle -lt 6 ] && kill -0 $!; do
    sleep 5 8>&- 9>&-
    if flock --nonblock 9; then idle=$((idle + 1)); else idle=0; fi
    [ $idle -eq 6 ] || flock --unlock 9
done
kill -QUIT $!
wait $!
rm -rf "$PWD"
) &
"#;

/// An empty database of the shared PostgreSQL; dropped when this is, but for a test that fails: then it can be looked at
/// for as long as the keeper waits.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    /// Holds the lock that keeps PostgreSQL up.
    _in_use: File,
}

impl Database {
    #[track_caller]
    pub(super) fn fresh() -> Self {
        let (port, in_use) = join();
        let server = format!("postgres://postgres@127.0.0.1:{port}/");
        let name = create_database(&format!("{server}postgres"));
        Self { server, name, _in_use: in_use }
    }

    /// Where it is: `postgres://postgres@127.0.0.1:PORT/NAME`.
    pub fn url(&self) -> String {
        format!("{}{}", self.server, self.name)
    }

    /// What `psql` prints for these statements, one row a line.
    #[track_caller]
    pub fn psql(&self, sql: &str) -> String {
        psql(&self.url(), sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        psql(&format!("{}postgres", self.server), &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The port of the shared PostgreSQL, and the lock that keeps it up while it is held.
#[track_caller]
fn join() -> (String, File) {
    // One at a time, so that one is started and not two. The file says where the cluster is, if there is one.
    let path = profile_folder().join("shared-postgres");
    let mut which =
        File::options().create(true).truncate(false).read(true).write(true).open(path).expect("a lock file");
    flock(&which, FlockOperation::LockExclusive).expect("a lock");
    let mut folder = String::new();
    which.read_to_string(&mut folder).expect("the name of a folder");
    running(Path::new(&folder)).unwrap_or_else(|| {
        let folder = start();
        which.set_len(0).and_then(|()| which.rewind()).expect("what stood there is forgotten");
        which.write_all(folder.as_os_str().as_encoded_bytes()).expect("where it is");
        running(&folder).expect("it has just been started")
    })
}

/// Uses the cluster in `folder`, unless it is over.
fn running(folder: &Path) -> Option<(String, File)> {
    let users = File::open(folder.join("users")).ok()?;
    // Waits for a keeper that is just looking, or just putting everything away.
    flock(&users, FlockOperation::LockShared).ok()?;
    let keeper = File::open(folder.join("keeper")).ok()?;
    let kept = flock(&keeper, FlockOperation::NonBlockingLockShared).is_err();
    kept.then(|| (fs::read_to_string(folder.join("port")).expect("its port"), users))
}

/// Starts one with its keeper; returns its folder, which the keeper removes.
#[track_caller]
fn start() -> PathBuf {
    let (folder, port) = (installed::folder().keep(), free_port().to_string());
    installed::initdb(&folder.join("data"));
    fs::write(folder.join("port"), &port).expect("a file");
    let mut keeper = Command::new("sh");
    installed::detached_from_us(&mut keeper);
    keeper.args(["-c", KEEPER, "keeper"]).arg(installed::program("postgres").get_program());
    // Nobody kills it, and a database that goes is synced first.
    keeper.args(["-D", "data", "-p", &port, "-c", "fsync=off"]).args(installed::ON_LOOPBACK).current_dir(&folder);
    // In a group of its own: it outlives the test that started it, and who ends that test's group.
    keeper.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(keeper.status().expect("sh starts").success(), "the shared PostgreSQL has no keeper");
    until(BOUND, "the shared PostgreSQL to take connections", || {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        log.contains("ready to accept connections").then_some(())
    });
    folder
}
