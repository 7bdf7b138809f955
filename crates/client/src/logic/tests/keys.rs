//! Keys, tokens and whom to believe.

use super::world::*;
use crate::problems;

#[test]
fn a_token_that_ended_is_renewed_with_the_key() {
    let mut world = World::new(1);
    let mut copy = world.start();
    let before: Vec<_> = world.server.live.keys().copied().collect();
    // Another installation of the world's makes all tokens new.
    world.server.forget_tokens();
    world.server.asked.clear();
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "licensed");
    assert_eq!(&world.server.asked[..2], ["activate", "checkout"]);
    assert_eq!(world.server.live.keys().copied().collect::<Vec<_>>(), before, "the same checkout");
}

#[test]
fn two_copies_that_activate_do_not_fight_over_the_token() {
    let mut world = World::new(5);
    let mut one = world.start();
    world.server.forget_tokens();
    let mut other = world.start();
    world.server.asked.clear();
    for _ in 0..5 {
        world.pass(REFRESH + 40, &mut one);
        world.pass(REFRESH + 40, &mut other);
    }
    assert_eq!((one.word(), other.word()), ("licensed", "licensed"));
    assert!(!world.server.asked.contains(&"activate"), "{:?}", world.server.asked);
}

#[test]
fn keys_are_tried_in_order() {
    let mut world = World::new(1);
    world.keys = vec![key("SN-0", 0), key("SN-1", 1)];
    world.server.unknown.insert("SN-0".into());
    assert_eq!(world.start().word(), "licensed");
}

#[test]
fn a_changed_key_counts_at_once_when_the_old_one_is_refused() {
    let mut world = World::new(1);
    world.server.unknown.insert("SN-1".into());
    let mut copy = world.start();
    assert_eq!(copy.word(), "unknown_key");
    world.server.asked.clear();
    world.pass(hours(1), &mut copy);
    assert!(world.server.asked.is_empty(), "the same key again would be the same answer");
    world.keys = vec![key("SN-2", 2)];
    world.pass(70, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn a_changed_key_never_takes_two_seats() {
    let mut world = World::new(5);
    let mut copy = world.start();
    world.keys = vec![key("SN-2", 2)];
    world.pass(hours(1), &mut copy);
    assert_eq!(world.server.asked.iter().filter(|call| **call == "activate").count(), 1, "at the next start");
    world.server.revoked.insert(key("SN-1", 1).id);
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
    assert!(world.memory.borrow().activations.contains_key(&key("SN-2", 2).id));
}

#[test]
fn a_false_server_licenses_nobody() {
    let mut world = World::new(5);
    let root = world.server.root_key();
    world.server.false_one();
    assert_eq!(world.start_with(Some(root)).word(), problems::UNTRUSTED_SERVER);
    // Nor does it after the true one has been met, or without a root key in the program.
    for root in [Some(root), None] {
        let mut world = World::new(5);
        let copy = world.start_with(root);
        assert_eq!(copy.word(), "licensed");
        world.close(copy);
        world.server.false_one();
        assert_eq!(world.start_with(root).word(), "grace");
    }
}

#[test]
fn a_device_given_up_is_not_activated_again_unasked() {
    let mut world = World::new(1);
    let mut copy = world.start();
    world.server.reachable = false;
    assert!(world.give_up(&mut copy).is_err());
    world.server.reachable = true;
    assert_eq!(world.give_up(&mut copy), Ok(()));
    assert_eq!(copy.word(), problems::DEVICE_GIVEN_UP);
    world.pass(hours(2), &mut copy);
    world.close(copy);
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::DEVICE_GIVEN_UP);
    world.retry(&mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn no_key_is_told_until_one_is_there() {
    let mut world = World::new(1);
    world.keys.clear();
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::NO_KEY);
    world.keys = vec![key("SN-1", 1)];
    world.pass(70, &mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn an_answer_played_again_grants_nothing() {
    let mut world = World::new(5);
    let mut copy = world.start();
    world.server.replay = true;
    world.pass(REFRESH + 40, &mut copy);
    assert_eq!(copy.word(), "offline");
    world.crash(copy);
    // Nor does another checkout's.
    assert_eq!(world.start().word(), "grace");
}
