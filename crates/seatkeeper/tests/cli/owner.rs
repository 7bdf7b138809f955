//! The owner of the machine: administration by the local socket while the server runs, and with the books opened when it does not.

use std::os::unix::fs::PermissionsExt;

use seatkeeper_test_support::Start;
use tempfile::TempDir;

use crate::{Said, Vendor, seatkeeper, text};

fn owner(vendor: &Vendor, words: &[&str]) -> Said {
    Said::of(seatkeeper(words).arg("--data").arg(vendor.server.data()))
}

/// A vendor whose books stay when the server goes; they are in the folder.
fn lasting() -> (TempDir, Vendor) {
    let dir = TempDir::new().expect("a temporary folder");
    let vendor = Vendor::on(Start::default().data(&dir.path().join("data")).ready());
    (dir, vendor)
}

/// The server stopped, then another on its books, at an address of its own.
fn start_again(vendor: &mut Vendor) {
    vendor.server = Start::default().data(vendor.server.data()).ready();
}

#[test]
fn the_owner_needs_no_token_whether_the_server_runs_or_not() {
    let (_dir, mut vendor) = lasting();
    let license = vendor.pool("5");
    let listed = owner(&vendor, &["license", "list"]).done().out;
    assert!(listed.contains(text(&license, "serial_number")), "{listed}");
    vendor.server.stop();
    assert_eq!(owner(&vendor, &["license", "list"]).done().out, listed);
    let token = owner(&vendor, &["token", "create", "--role", "support"]).done().out;
    assert!(token.starts_with("skt_") && token.lines().count() == 1, "{token}");
    start_again(&mut vendor);
    let mut command = seatkeeper(&["session", "list"]);
    Said::of(command.env("SEATKEEPER_URL", vendor.server.url()).env("SEATKEEPER_TOKEN", token.trim())).done();
}

#[test]
fn a_mistyped_folder_makes_no_books() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = dir.path().join("typo");
    let said = Said::of(seatkeeper(&["token", "create", "--role", "admin", "--data"]).arg(&data));
    said.refused(1, &["there are no books in"]);
    assert!(!data.exists());
}

#[test]
fn the_owners_door_and_secrets_are_the_owners_alone() {
    let vendor = Vendor::start();
    for name in ["", "seatkeeper.sock", "seatkeeper.db", "master.key", "root.key"] {
        let mode = vendor.server.data().join(name).metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}

#[test]
fn books_are_backed_up_checked_and_restored() {
    let vendor = Vendor::start();
    let license = vendor.pool("5");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (backup, other) = (dir.path().join("backup.db"), dir.path().join("other"));
    let to = backup.to_str().expect("text");
    owner(&vendor, &["backup", "--to", to]).done();
    owner(&vendor, &["backup", "--to", to]).refused(1, &["there already"]);
    assert_eq!(owner(&vendor, &["--json", "check"]).done().json(), serde_json::json!([]));

    let restored = || {
        let mut command = seatkeeper(&["restore", "--from", to, "--data"]);
        command.arg(&other);
        command
    };
    let said = Said::of(&mut restored()).done();
    assert!(said.err.contains("master.key") && said.err.contains("root.key"), "{said:?}");
    Said::of(&mut restored()).refused(1, &["--replace"]);
    // Without its secrets it is not opened, and none are made in their place.
    let list = || Said::of(seatkeeper(&["license", "list", "--data"]).arg(&other));
    list().refused(1, &["is not there"]);
    for name in ["master.key", "root.key"] {
        assert!(!other.join(name).exists());
        std::fs::copy(vendor.server.data().join(name), other.join(name)).expect("a copy");
    }
    assert!(list().done().out.contains(text(&license, "serial_number")));
    Said::of(restored().arg("--replace")).done();
}

#[test]
fn the_root_key_moves_off_the_server_and_signing_keys_rotate_without_it() {
    let (dir, mut vendor) = lasting();
    let file = dir.path().join("root.key");
    let path = file.to_str().expect("text");
    let public = owner(&vendor, &["key", "root"]).done().out;
    vendor.server.stop();
    assert_eq!(owner(&vendor, &["key", "root", "--away", path]).done().out, public);
    assert!(!vendor.server.data().join("root.key").exists());
    start_again(&mut vendor);
    assert_eq!(vendor.says(&["key", "root"]).done().out, public);
    vendor.says(&["key", "rotate"]).refused(1, &["(conflict)"]);
    let keys = vendor.json(&["key", "rotate", "--root", path]);
    let stages = |keys: &serde_json::Value| -> Vec<String> {
        keys["items"].as_array().expect("a list").iter().map(|key| text(key, "stage").to_owned()).collect()
    };
    assert_eq!(stages(&keys), ["current", "next"]);
    assert_eq!(stages(&vendor.json(&["key", "promote"])), ["retired", "current"]);
    // What it signs with now is certified: a program that carries the root still believes it.
    let said = Said::of(&mut seatkeeper(&["doctor", "--url", vendor.server.url(), "--root-key", public.trim()])).done();
    assert!(said.out.contains("root key      the vendor's"), "{}", said.out);
}
