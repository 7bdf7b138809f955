//! A single-user licence: one device at a time, and it can move.

use seatkeeper_test_world::World;

use crate::desk;

/// "A single-user licence moves to another machine once you deactivate it on the first. Until then the second one is told
/// which machine has it."
///
/// Seen red: with the device's name left out of the refusal in `service/program.rs`; with `devices` not lowered by giving a
/// device up.
#[test]
fn a_single_user_licence_moves_after_deactivation_on_the_first_device() {
    let world = World::start();
    let license = world.single_user();
    let first = desk(&world, &license, 1);
    let mut planner = first.seated();
    let mut second = desk(&world, &license, 2).start();
    let refused = second.comes_to("refused");
    assert_eq!(refused.fact("code"), "device_limit");
    assert!(refused.fact("detail").contains("WS-1"), "it does not name the device that has it: {refused:?}");
    planner.deactivate();
    assert_eq!(planner.comes_to("refused").fact("code"), "device_given_up");
    second.retry();
    second.comes_to("licensed");
    // The first does not take it back by itself, also not when it is started again.
    planner.quit();
    let refused = first.start().comes_to("refused");
    assert_eq!(refused.fact("code"), "device_given_up");
    assert_eq!(world.in_use(&license), 1);
}
