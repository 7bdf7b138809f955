//! The vendor's server gets other hardware: another machine, another disk, a backup in place of what was lost.

use std::fs;

use seatkeeper_test_support::{BOUND, Start, until};
use seatkeeper_test_world::{Cable, Desk, License, World};

/// The time of the only session's last refresh.
fn refreshed(world: &World, license: &License) -> serde_json::Value {
    world.sessions(license).remove(0)["last_refreshed_at"].clone()
}

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
    let before = refreshed(&world, &license);

    world.server.stop();
    fs::rename(&here, &there).expect("a folder can be moved");
    // Another host name, another path, another port.
    let renamed = ["unshare", "--uts", "sh", "-c", "hostname another && exec \"$@\"", "sh"];
    world.server = Start::default().data(&there).under(&renamed).ready();
    world.admin = world.server.http_as("admin");
    cable.lead_to(world.server.url());
    until(BOUND, "the program to refresh there", || (refreshed(&world, &license) != before).then_some(()));
    planner.comes_to("licensed");
    planner.quit();
    desk.seated().quit();
    assert_eq!(world.in_use(&license), 0);
}
