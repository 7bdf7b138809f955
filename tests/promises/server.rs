//! The vendor's server gets other hardware: another machine, another disk, a backup in place of what was lost.

use std::fs;

use seatkeeper_test_support::{BOUND, Start, until};
use seatkeeper_test_world::{Cable, Desk, World};

use crate::{all_go_on, refreshes};

/// "Changes of hardware on our side do not matter to you: nothing has to be activated again."
///
/// Seen red: with the host's name mixed into the secrets that `service/seal.rs` derives, tokens were refused after the move.
#[test]
fn hardware_changes_on_the_server_do_not_matter_as_root() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    let mut world = World::on(Start::default().data(&here).ready());
    let license = world.brisk_pool(1);
    let cable = Cable::to(world.server.url());
    let desk = Desk::new("Ann", "WS-1", cable.url(), &license);
    let mut planner = desk.seated();
    let before = refreshes(&world, &license);

    world.server.stop();
    fs::rename(&here, &there).expect("a folder can be moved");
    // Another host name, another path, another port.
    let renamed = ["unshare", "--uts", "sh", "-c", "hostname another && exec \"$@\"", "sh"];
    world.serve_from(Start::default().data(&there).under(&renamed));
    cable.lead_to(world.server.url());
    all_go_on(&world, &license, &before);
    planner.comes_to("licensed");
    planner.quit();
    desk.seated().quit();
    assert_eq!(world.in_use(&license), 0);
}

/// "Should we lose a server, we go on from a backup. Whoever works goes on working, also who came after it was made."
///
/// Seen red: with the restored books' epoch left as it was (`store-sqlite/upkeep/restore.rs`).
#[test]
fn a_backup_restored_elsewhere_interrupts_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backup = folder.path().join("books.backup");
    let mut world = World::start();
    let license = world.brisk_pool(3);
    let cable = Cable::to(world.server.url());
    let [ann, ben, cyd] =
        ["Ann", "Ben", "Cyd"].map(|user| Desk::new(user, &format!("{user}'s"), cable.url(), &license));
    // At the backup Ann works, Ben has worked and Cyd's machine is not known.
    ben.seated().quit();
    let ann = ann.seated();
    world.back_up(&backup);
    let ben = ben.seated();
    let before = refreshes(&world, &license);
    let cyd = cyd.seated();
    world.server.kill9();
    world.restore(&backup, &folder.path().join("elsewhere"));
    cable.lead_to(world.server.url());
    // Ann and Ben go on in their sessions, Cyd in a new one: the machine is admitted again by itself.
    until(BOUND, "everybody to go on", || {
        let now = refreshes(&world, &license);
        let kept = before.iter().all(|(id, at)| now.get(id).is_some_and(|now| now > at));
        (kept && now.len() == 3).then_some(())
    });
    for mut planner in [ann, ben, cyd] {
        planner.comes_to("licensed");
        planner.quit();
    }
    assert_eq!(world.in_use(&license), 0);
    world.check();
}
