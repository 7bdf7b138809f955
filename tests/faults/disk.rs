//! A real disk that is full, and one that the system has turned read-only since it believes it damaged.
//!
//! Seen red: with `/readyz` not asking whether the last batch could be written; with a full disk taken for a fault of our own in
//! `store-sqlite/error.rs`.

use seatkeeper_test_support::{BOUND, Disk, Start, until};
use seatkeeper_test_world::{License, Machine, Program, World};
use uuid::Uuid;

use crate::{assert_not_ready, assert_unavailable, recovered};

/// A server on a disk of its own, a pool and a program. The disk is the caller's, since it must outlive the server.
fn on(disk: &Disk) -> (World, License, Program) {
    let world = World::on(Start::default().data(&disk.path().join("data")).ready());
    let license = world.pool(100_000);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    (world, license, program)
}

#[test]
fn a_full_disk_is_told_and_recovers_as_root() {
    let disk = Disk::ext4(64);
    let (mut world, license, program) = on(&disk);
    let mut ann = program.take("Ann");
    disk.fill();
    // Some pages may have been reserved before: those commits are as good as any.
    let mut held = 1;
    let refused = until(BOUND, "a refusal for want of room", || {
        let answer = program.ask(Uuid::new_v4(), &format!("user {held}"));
        if answer.status == 201 {
            held += 1;
        }
        (answer.status != 201).then_some(answer)
    });
    assert_unavailable(&refused);
    assert_not_ready(&mut world, "full");
    assert_eq!(world.in_use(&license), held);
    disk.free_up();
    recovered(&world);
    program.renew(&mut ann);
    program.take("Zoe");
    world.server.kill9();
    world.server.restart();
    assert_eq!(world.in_use(&license), held + 1);
    world.check();
}

#[test]
fn a_read_only_disk_is_told_and_recovers_as_root() {
    let disk = Disk::ext4(64);
    let (mut world, license, program) = on(&disk);
    let mut ann = program.take("Ann");
    disk.damage();
    assert_unavailable(&program.ask(Uuid::new_v4(), "Ben"));
    assert_unavailable(&program.refresh(&ann));
    assert_not_ready(&mut world, "disk");
    assert_eq!(world.in_use(&license), 1, "reading still works");
    world.server.stop();
    disk.repair();
    world.server.restart();
    program.renew(&mut ann);
    program.take("Ben");
    assert_eq!(world.in_use(&license), 2);
    world.check();
}
