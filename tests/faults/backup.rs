//! A backup made while the server serves, restored when the books are lost: sessions it had forgotten are adopted when their
//! programs refresh, where a seat is free, and nobody notices.
//!
//! Seen red: with the epoch left as it was by `restore`, the program that had gone on was told that its lease was not the latest.

use std::fs;
use std::path::Path;
use std::process::Command;

use seatkeeper_test_support::{Start, binary};
use seatkeeper_test_world::{Machine, World};

fn seatkeeper(words: &[&str], data: &Path, option: &str, file: &Path) {
    let mut command = Command::new(binary("seatkeeper"));
    command.args(words).arg("--data").arg(data).arg(option).arg(file);
    let output = command.output().expect("seatkeeper starts");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_restored_backup_adopts_the_sessions_it_had_forgotten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backup = folder.path().join("books.backup");
    let mut world = World::start();
    let license = world.pool(2);
    let machine = |name: &str| Machine::new(name).activate(&world.server.http(), &license);
    let (office, site) = (machine("office"), machine("site"));
    let mut ann = office.take("Ann");
    let gone = site.take("Gus");
    seatkeeper(&["backup"], world.server.data(), "--to", &backup);
    // After the backup: one leaves, one comes, one goes on.
    site.give_back(gone.checkout).expect(204);
    let mut ben = site.take("Ben");
    office.renew(&mut ann);
    office.renew(&mut ann);
    world.server.stop();

    let data = folder.path().join("elsewhere");
    seatkeeper(&["restore"], &data, "--from", &backup);
    // Secrets are in no backup: whoever makes one keeps them with it.
    for secret in ["master.key", "root.key"] {
        fs::copy(world.server.data().join(secret), data.join(secret)).expect("a secret to keep");
    }
    world.server = Start::default().data(&data).ready();
    let moved = world.server.http();
    let (office, site) = (office.at(&moved), site.at(&moved));
    world.admin = world.server.http_as("admin");
    office.renew(&mut ann);
    // The books believe that Gus still has the other seat, so there is none for Ben yet.
    let refused = site.refresh(&ben).expect(410);
    assert_eq!(refused["code"], "checkout_ended", "{refused}");
    site.give_back(gone.checkout).expect(204);
    let session = ben.session.clone();
    site.renew(&mut ben);
    assert_eq!(ben.session, session, "adopted as what it was");
    office.renew(&mut ann);
    site.renew(&mut ben);
    assert_eq!(world.in_use(&license), 2);
    world.check();
}
