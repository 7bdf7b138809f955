//! The guards of databases, tried for what they promise: nothing of theirs runs on, and what was committed is there again.
//!
//! Seen red: with PostgreSQL killed alone in `kill9`, its backend still ran; with a library in a folder that only root may
//! read, the disk under PostgreSQL was not slow.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use seatkeeper_test_support::{BOUND, FsyncShim, Postgres, Process, try_psql, until};

const TABLE: &str = "CREATE TABLE seats (n int)";
const COUNT: &str = "SELECT count(*) FROM seats";

#[test]
fn what_is_committed_outlives_a_kill_and_a_stop() {
    let mut postgres = Postgres::starting().setting("max_connections", "17").ready();
    assert_eq!(postgres.psql("postgres", "SHOW max_connections; SHOW fsync"), "17\non");
    let database = postgres.create_database();
    postgres.psql(&database, TABLE);
    for (round, end) in [Postgres::kill9, Postgres::stop].into_iter().enumerate() {
        postgres.psql(&database, "INSERT INTO seats VALUES (1)");
        end(&mut postgres);
        postgres.restart();
        assert_eq!(postgres.psql(&database, COUNT), (round + 1).to_string());
        assert_eq!(postgres.psql("postgres", "SHOW max_connections"), "17");
    }
}

/// A backend that works sees nothing of its postmaster's death.
#[test]
fn a_killed_postgresql_leaves_no_backend() {
    let mut postgres = Postgres::start();
    let url = postgres.url("postgres");
    let script = format!(
        "psql --no-psqlrc --tuples-only --dbname {url} --command 'SELECT pg_backend_pid()' \
                          --command 'SELECT count(*) FROM generate_series(1, 1000000000000)'"
    );
    let mut client = Process::start(Command::new("sh").args(["-c", &script]));
    let backend = client.hear("").trim().to_owned();
    let runs = || fs::read_to_string(format!("/proc/{backend}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(runs());
    postgres.kill9();
    assert!(!runs(), "the backend goes on");
    assert!(!client.wait().success());
}

#[test]
fn a_slow_disk_slows_a_commit() {
    let delay = Duration::from_millis(200);
    let postgres = Postgres::starting().disk(FsyncShim::with_delay(delay)).ready();
    let start = Instant::now();
    postgres.psql("postgres", TABLE);
    // A lower bound, which a slow machine cannot break.
    assert!(start.elapsed() >= delay, "the disk is not under it");
}

#[test]
fn a_full_postgresql_lets_nobody_in() {
    let postgres = Postgres::starting().setting("max_connections", "5").ready();
    let taken = postgres.take_all_connections();
    assert_eq!(taken.len(), 5);
    let said = try_psql(&postgres.url("postgres"), "SELECT 1").expect_err("there is no room");
    assert!(said.contains("too many clients"), "{said}");
    drop(taken);
    until(BOUND, "room for another", || try_psql(&postgres.url("postgres"), "SELECT 1").ok());
}

#[test]
fn the_shared_postgresql_is_one_with_databases_apart() {
    let (one, two) = (Postgres::shared(), Postgres::shared());
    one.psql(TABLE);
    two.psql(TABLE);
    one.psql("INSERT INTO seats VALUES (1)");
    assert_eq!((one.psql(COUNT), two.psql(COUNT)), ("1".to_owned(), "0".to_owned()));
    let running = "SELECT pg_postmaster_start_time()";
    assert_eq!(one.psql(running), two.psql(running));
    let name = one.psql("SELECT current_database()");
    drop(one);
    assert_eq!(two.psql(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")), "0");
}
