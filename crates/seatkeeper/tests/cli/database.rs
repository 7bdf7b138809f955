//! Servers on one database: how the first and the second begin, who administers, and what the commands say that do not fit.

use std::path::Path;

use seatkeeper_test_support::{BOUND, Database, Postgres, Process, Server, Start, until};
use tempfile::TempDir;

use crate::{Said, Vendor, seatkeeper, text};

const NOWHERE: &str = "postgres://keeper:hush@127.0.0.1:1/seats";

/// A server on a database, with a folder and secrets of its own.
fn on(database: &Database) -> Server {
    Start::default().database(&database.url()).ready()
}

fn serve(data: &Path, url: &str) -> Process {
    let mut command = seatkeeper(&["serve", "--listen", "127.0.0.1:0", "--database", url, "--data"]);
    Process::start(command.arg(data))
}

/// Seen red when a second server makes secrets of its own.
#[test]
fn a_second_server_needs_the_secrets_of_the_first_and_then_is_as_good() {
    let database = Postgres::shared();
    let vendor = Vendor::on(on(&database));
    let license = vendor.pool("5");
    let dir = TempDir::new().expect("a temporary folder");
    let data = dir.path().join("second");
    let mut lonely = serve(&data, &database.url());
    assert!(!lonely.wait().success());
    let told = lonely.stderr();
    assert!(told.contains("is not there: copy it") && !data.join("master.key").exists(), "{told}");

    let second = Start::default().database(&database.url()).secrets_of(vendor.server.data()).data(&data).ready();
    let mut command = seatkeeper(&["license", "list", "--url", second.url()]);
    let listed = Said::of(command.env("SEATKEEPER_TOKEN", &vendor.token)).done().out;
    assert!(listed.contains(text(&license, "serial_number")), "{listed}");

    std::fs::write(data.join("root.key"), "A".repeat(43) + "=\n").expect("a file");
    drop(second);
    let mut foreign = serve(&data, &database.url());
    assert!(!foreign.wait().success());
    assert!(foreign.stderr().contains("another root key"), "{}", foreign.stderr());
}

/// Seen red when the claim of the first start is not asked for.
#[test]
fn of_two_servers_that_begin_at_once_one_makes_the_secrets_and_the_other_asks_for_them() {
    let database = Postgres::shared();
    let dir = TempDir::new().expect("a temporary folder");
    let folders = ["one", "two"].map(|name| dir.path().join(name));
    let mut servers = folders.each_ref().map(|data| serve(data, &database.url()));
    let ended = until(BOUND, "one to give way", || servers.iter_mut().position(|server| !server.is_running()));
    let told = servers[ended].stderr();
    assert!(told.contains("is not there: copy it"), "{told}");
    assert!(!folders[ended].join("master.key").exists() && !folders[ended].join("root.key").exists());
    servers[1 - ended].hear("listening ");
    let keys = database.psql("SELECT count(*) FROM signing_keys");
    assert_eq!(keys, "1");
}

/// The second server's writers have lanes that the cursor does not name. Seen red when nobody looks at the lanes.
#[test]
fn what_one_server_does_the_other_tells_and_uses() {
    let database = Postgres::shared();
    let vendor = Vendor::on(on(&database));
    let cursor = text(&vendor.json(&["event", "list"]), "next_cursor").to_owned();
    let mut command = seatkeeper(&["event", "list", "--follow", "--cursor", &cursor]);
    command.env("SEATKEEPER_URL", vendor.server.url()).env("SEATKEEPER_TOKEN", &vendor.token);
    let mut following = Process::start(&mut command);
    let second = Start::default().database(&database.url()).secrets_of(vendor.server.data()).ready();
    let there = |words: &[&str]| {
        let mut command = seatkeeper(words);
        Said::of(command.env("SEATKEEPER_URL", second.url()).env("SEATKEEPER_TOKEN", &vendor.token)).done()
    };
    there(&["customer", "add", "Braun", "--external-id", "C-2"]);
    assert!(following.hear("").contains("customer.added"));
    there(&["key", "rotate"]);
    assert!(following.hear("").contains("signing_key.added"));
    let published = || vendor.server.http().get("/.well-known/jwks.json").json()["keys"].as_array().map(Vec::len);
    until(BOUND, "the other's key to be published", || (published() == Some(2)).then_some(()));
    assert_eq!(following.stdout().lines().count(), 2, "{}", following.stdout());
}

/// Seen red when the engine's care of the books fails.
#[test]
fn the_owner_administers_books_in_a_database_whether_the_server_runs_or_not() {
    let database = Postgres::shared();
    let mut vendor = Vendor::on(on(&database));
    let license = vendor.pool("5");
    let url = database.url();
    let owner = |words: &[&str]| Said::of(seatkeeper(words).arg("--data").arg(vendor.server.data()));
    let listed = owner(&["license", "list"]).done().out;
    assert!(listed.contains(text(&license, "serial_number")), "{listed}");
    let data = vendor.server.data().to_owned();
    vendor.server.stop();
    let owner = |words: &[&str]| Said::of(seatkeeper(words).arg("--data").arg(&data));
    owner(&["license", "list"]).refused(1, &["there are no books in", "--database"]);
    assert_eq!(owner(&["license", "list", "--database", &url]).done().out, listed);
    let mut by_variable = seatkeeper(&["license", "list", "--data"]);
    assert_eq!(Said::of(by_variable.arg(&data).env("SEATKEEPER_DATABASE", &url)).done().out, listed);
    assert_eq!(owner(&["--json", "check", "--database", &url]).done().json(), serde_json::json!([]));
}

/// Seen red when the server ends in place of waiting.
#[test]
fn a_database_that_is_away_is_waited_for_by_the_server_and_told_of_by_the_rest() {
    let dir = TempDir::new().expect("a temporary folder");
    let mut server = serve(dir.path(), NOWHERE);
    until(BOUND, "it to say what it waits for", || server.stderr().contains("waiting for the database").then_some(()));
    assert!(server.is_running());
    assert!(server.stop().success());
    assert!(!server.stderr().contains("hush"), "{}", server.stderr());
    for words in [&["license", "list"][..], &["restore"], &["check"]] {
        let said = Said::of(seatkeeper(words).args(["--database", NOWHERE, "--data"]).arg(dir.path()));
        assert!(!said.err.contains("hush"), "{said:?}");
        said.refused(1, &["127.0.0.1:1"]);
    }
}

/// Seen red when nobody looks whether a server has the books.
#[test]
fn what_does_not_fit_is_said_and_what_a_database_restored_needs_is_done() {
    let database = Postgres::shared();
    let mut vendor = Vendor::on(on(&database));
    let (url, data) = (database.url(), vendor.server.data().to_owned());
    let care = |words: &[&str]| Said::of(seatkeeper(words).args(["--database", &url, "--data"]).arg(&data));
    care(&["backup", "--to", "x"]).refused(1, &["pg_dump", "master.key"]);
    care(&["restore", "--from", "x"]).refused(2, &["tools of its own"]);
    Said::of(&mut seatkeeper(&["restore"])).refused(2, &["--from"]);
    let asked = Said::of(&mut seatkeeper(&["doctor", "--url", &url]));
    asked.refused(2, &["that is a database"]);
    Said::of(seatkeeper(&["license", "list", "--database", "keeper:hush@db"]).arg("--data").arg(&data))
        .refused(2, &["postgres://"]);
    care(&["restore"]).refused(1, &["a server uses"]);
    vendor.server.stop();
    assert_eq!(database.psql("SELECT restore_epoch FROM meta"), "0");
    // What the server held it lets go of in some seconds.
    let said = until(BOUND, "the restore to be counted", || Some(care(&["restore"])).filter(|said| said.code == 0));
    assert!(said.err.contains("epoch 1"), "{said:?}");
    assert_eq!(database.psql("SELECT restore_epoch FROM meta"), "1");
}

/// Seen red when the lock of the folder is not taken: the second takes the socket of the first.
#[test]
fn two_servers_do_not_share_a_folder() {
    let database = Postgres::shared();
    let mut first = on(&database);
    let id = first.process().id().to_string();
    let mut second = serve(first.data(), &database.url());
    assert!(!second.wait().success());
    assert!(second.stderr().contains("another server uses") && second.stderr().contains(&id), "{}", second.stderr());
}

/// Seen red when a claim is given to whoever asks.
#[test]
fn jobs_are_one_servers_until_it_dies_and_then_anothers() {
    let database = Postgres::shared();
    let mut first = on(&database);
    let of_jobs =
        |what: &str| database.psql(&format!("SELECT DISTINCT {what} FROM jobs WHERE name IN ('reclaim', 'endings')"));
    let owner = || Some(of_jobs("owner")).filter(|owners| owners.lines().count() == 1);
    let one = until(BOUND, "the jobs to be the first's", owner);
    let second = Start::default().database(&database.url()).secrets_of(first.data()).ready();
    for _ in 0..2 {
        let before = of_jobs("held_until");
        until(BOUND, "the jobs to be claimed again", || (of_jobs("held_until") != before).then_some(()));
        assert_eq!(of_jobs("owner"), one, "the first lives");
    }
    first.kill9();
    until(BOUND, "the jobs to be the second's", || owner().filter(|now| *now != one));
    drop(second);
}
