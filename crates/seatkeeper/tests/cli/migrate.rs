//! `migrate`: the books of a server moved to a database and back, and nobody noticing but by where they are.

use seatkeeper_test_support::{BOUND, Postgres, Start, until};
use tempfile::TempDir;

use crate::{Said, Vendor, seatkeeper, text};

fn migrate(from: &str, to: &str) -> Said {
    Said::of(&mut seatkeeper(&["migrate", "--from", from, "--to", to]))
}

/// All that there is to see, wherever it is.
fn seen(vendor: &Vendor) -> Vec<serde_json::Value> {
    let lists = [&["license", "list"][..], &["customer", "list"], &["event", "list"], &["key", "list"]];
    // A cursor is of the lanes, and lanes are the engine's.
    lists.iter().map(|words| vendor.json(words)["items"].clone()).collect()
}

/// Seen red when the two ends are exchanged.
#[test]
fn books_move_to_a_database_and_back_and_say_the_same() {
    let (database, dir) = (Postgres::shared(), TempDir::new().expect("a temporary folder"));
    let (here, back) = (dir.path().join("here"), dir.path().join("back"));
    let (url, from) = (database.url(), here.to_str().expect("text").to_owned());
    let mut vendor = Vendor::on(Start::default().data(&here).ready());
    let license = vendor.pool("5");
    let before = seen(&vendor);

    migrate(&from, &url).refused(1, &["another server uses"]);
    vendor.server.stop();
    let said = migrate(&from, &url).done();
    assert!(said.err.contains("Put them away"), "{said:?}");

    vendor.server = Start::default().database(&url).data(&here).ready();
    assert_eq!(seen(&vendor), before);
    let serial = text(&license, "serial_number").to_owned();
    vendor.says(&["license", "change", &serial, "--seats", "6"]).done();
    let changed = seen(&vendor);
    let to = back.to_str().expect("text");
    migrate(&url, to).refused(1, &["a server uses"]);
    vendor.server.stop();
    migrate(&from, &url).refused(1, &["there are books already"]);
    // What it held it gave back, or lets go of in some seconds.
    until(BOUND, "the books to be let go of", || (migrate(&url, to).code == 0).then_some(()));
    vendor.server = Start::default().secrets_of(&here).data(&back).ready();
    assert_eq!(seen(&vendor), changed);
}

#[test]
fn what_is_no_place_for_books_is_said() {
    migrate("nowhere/at/all", "postgres://keeper:hush@127.0.0.1:1/seats").refused(1, &["no books"]);
    let said = migrate("nowhere", "mysql://keeper:hush@127.0.0.1/seats");
    assert!(!said.err.contains("hush"), "{said:?}");
    said.refused(2, &["postgres://"]);
}
