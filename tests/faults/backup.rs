//! A backup made while the server serves, restored when the books are lost: sessions it had forgotten are adopted when their
//! programs refresh, where a seat is free, and nobody notices.
//!
//! Seen red: with the epoch left as it was by `restore`, the program that had gone on was told that its lease was not the latest.

use seatkeeper_test_world::{Machine, World};

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
    world.back_up(&backup);
    // After the backup: one leaves, one comes, one goes on.
    site.give_back(gone.checkout).expect(204);
    let mut ben = site.take("Ben");
    office.renew(&mut ann);
    office.renew(&mut ann);
    world.server.stop();

    world.restore(&backup, &folder.path().join("elsewhere"));
    let moved = world.server.http();
    let (office, site) = (office.at(&moved), site.at(&moved));
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
