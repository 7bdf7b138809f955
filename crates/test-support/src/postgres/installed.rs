//! The PostgreSQL of this machine: where its programs are, and as whom they run. Knows nothing of clusters.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Where Debian's packages put each version, beside each other.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The oldest that Seatkeeper runs on.
const OLDEST: u32 = 15;

/// What `postgres` is told so that only this machine reaches it; its socket stands in the folder that it runs in.
pub(crate) const ON_LOOPBACK: [&str; 4] = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=."];

/// A program of the newest PostgreSQL, with an environment of its own.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(programs().join(name));
    detached_from_us(&mut command);
    command
}

/// Lets a program be none of ours: no variables of the caller's (`PG…`, `LC_…`), and the user `postgres` in place of root,
/// whom PostgreSQL refuses.
pub(crate) fn detached_from_us(command: &mut Command) {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
}

/// A temporary folder that the owner of a cluster may write to.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::with_prefix("seatkeeper-").expect("a temporary folder");
    if let Some((user, group)) = owner() {
        chown(folder.path(), Some(user), Some(group)).expect("root gives away what it made");
    }
    folder
}

/// Makes an empty cluster there, in which everybody on this machine is let in.
#[track_caller]
pub(crate) fn initdb(data: &Path) {
    let words = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
    let output = program("initdb").args(words).arg("--pgdata").arg(data).current_dir("/").output();
    let output = output.expect("initdb starts");
    assert!(output.status.success(), "no cluster: {}", String::from_utf8_lossy(&output.stderr));
}

/// What `psql` prints for these statements, one row a line, its values apart by `|`. `url` is a database's.
///
/// # Panics
/// When the database refuses, or cannot be reached.
#[track_caller]
pub fn psql(url: &str, sql: &str) -> String {
    try_psql(url, sql).unwrap_or_else(|said| panic!("{sql:?} at {url}: {said}"))
}

/// The same of a database that may be away.
///
/// # Errors
/// What `psql` said when the database refused, or could not be reached.
pub fn try_psql(url: &str, sql: &str) -> Result<String, String> {
    let words = ["--no-psqlrc", "--no-align", "--tuples-only", "--quiet", "--set=ON_ERROR_STOP=1"];
    let output = program("psql").args(words).args(["--dbname", url, "--command", sql]).current_dir("/").output();
    let output = output.expect("psql starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// The folder with `postgres`, `initdb` and `psql`.
fn programs() -> PathBuf {
    let installed = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let versions = installed.filter_map(|version| version.file_name().to_str()?.parse().ok());
    let newest = versions.filter(|version: &u32| *version >= OLDEST).max();
    let debian = newest.map(|version| PathBuf::from(format!("{DEBIAN}/{version}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = debian.into_iter().chain(std::env::split_paths(&path));
    places
        .find(|place| place.join("initdb").exists())
        .expect("PostgreSQL 15 or newer is missing: Debian's package `postgresql` brings it")
}

/// The user and group `postgres`, where we are root.
fn owner() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("the users of this machine");
    let user = users.lines().find(|user| user.starts_with("postgres:")).expect("PostgreSQL brings a user `postgres`");
    let number = |at| user.split(':').nth(at).and_then(|number: &str| number.parse().ok());
    number(2).zip(number(3))
}
