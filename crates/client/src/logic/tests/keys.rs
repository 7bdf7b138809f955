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

/// A copy whose call is under way while another one activates is told that its token ended, and goes on with the other's.
///
/// Seen red: with the comparison left out of `Memory::activation_with`, each gave the other one's token up.
#[test]
fn a_token_renewed_by_another_copy_meanwhile_is_good() {
    let mut world = World::new(5);
    let (mut one, mut other) = (world.start(), world.start());
    // A refresh, with the machine just woken.
    world.sleep(REFRESH);
    let refresh = world.asks(&mut one);
    world.server.forget_tokens();
    world.settle(&mut other);
    world.server.asked.clear();
    world.answer(&mut one, &refresh);
    world.settle(&mut one);
    assert_eq!((one.word(), world.server.asked.as_slice()), ("licensed", ["refresh"].as_slice()));
    // A return.
    let held = world.server.live.len();
    world.start_closing(&mut one);
    let give_back = world.asks(&mut one);
    world.server.forget_tokens();
    world.sleep(REFRESH);
    world.settle(&mut other);
    world.server.asked.clear();
    world.answer(&mut one, &give_back);
    world.settle(&mut one);
    assert_eq!(world.server.asked, ["return", "return"]);
    assert_eq!((other.word(), world.server.live.len()), ("licensed", held - 1));
}

/// Seen red: with 401 taken for an end whatever the token was.
#[test]
fn giving_the_device_up_means_the_token_it_has_now() {
    let mut world = World::new(5);
    let (mut one, mut other) = (world.start(), world.start());
    one.logic.give_up();
    let give_up = world.asks(&mut one);
    world.server.forget_tokens();
    world.sleep(REFRESH);
    world.settle(&mut other);
    world.answer(&mut one, &give_up);
    world.settle(&mut one);
    assert_eq!(one.logic.given_up(), Some(Ok(())));
    assert!(world.server.live.is_empty(), "the server knows");
}

/// Seen red: with only the key given up that the copy holds its seat by.
#[test]
fn a_device_is_given_up_under_every_key_of_the_licence() {
    let mut world = World::new(5);
    let copy = world.start();
    world.close(copy);
    // A spare key of the same licence, tried first from now on.
    world.keys.insert(0, key("SN-1", 2));
    let mut copy = world.start();
    assert_eq!(world.give_up(&mut copy), Ok(()));
    world.close(copy);
    assert_eq!(world.start().word(), problems::DEVICE_GIVEN_UP);
}

/// Seen red: with nothing written down where there was nothing to give up.
#[test]
fn a_device_given_up_before_it_was_admitted_stays_so() {
    let mut world = World::new(1);
    world.server.reachable = false;
    let mut copy = world.start();
    assert_eq!(copy.word(), problems::NO_CONTACT);
    assert_eq!(world.give_up(&mut copy), Ok(()));
    world.server.reachable = true;
    world.pass(hours(2), &mut copy);
    assert_eq!(copy.word(), problems::DEVICE_GIVEN_UP);
    world.close(copy);
    assert_eq!(world.start().word(), problems::DEVICE_GIVEN_UP);
}

/// Seen red: with the copy resting after it gave the device up, it never ended.
#[test]
fn closing_while_the_device_is_given_up_ends_it_all_the_same() {
    let mut world = World::new(1);
    let mut copy = world.start();
    copy.logic.give_up();
    let give_up = world.asks(&mut copy);
    world.start_closing(&mut copy);
    world.answer(&mut copy, &give_up);
    world.settle(&mut copy);
    assert_eq!(copy.word(), "closed");
    assert!(copy.ended(), "{:?}", copy.logic);
}

/// Seen red: with a key typed during a round of tries left to the next round, a minute later.
#[test]
fn a_key_typed_while_others_are_tried_is_tried_next() {
    let mut world = World::new(1);
    world.server.unknown.insert("SN-1".into());
    let root = world.server.root_key();
    let mut copy = world.open(Some(root));
    let activate = world.asks(&mut copy);
    world.keys.push(key("SN-2", 2));
    world.start_retry(&mut copy);
    world.answer(&mut copy, &activate);
    world.settle(&mut copy);
    assert_eq!(copy.word(), "licensed");
}

#[test]
fn keys_are_tried_in_order() {
    let mut world = World::new(1);
    world.keys = vec![key("SN-0", 0), key("SN-1", 1)];
    world.server.unknown.insert("SN-0".into());
    assert_eq!(world.start().word(), "licensed");
}

/// Seen red: with the first refusal told, whatever it is.
#[test]
fn where_all_keys_are_refused_the_one_that_may_still_come_is_told() {
    let mut world = World::new(0);
    world.keys = vec![key("SN-0", 0), key("SN-1", 1)];
    world.server.unknown.insert("SN-0".into());
    assert_eq!(world.start().word(), "no_seat_available");
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

/// Seen red: with what the first key got left as it is.
#[test]
fn a_key_changed_while_an_answer_is_outstanding_never_takes_two_seats() {
    let mut world = World::new(5);
    let copy = world.start();
    world.close(copy);
    world.server.lose_replies = true;
    let mut copy = world.start();
    assert_eq!((copy.word(), world.server.live.len()), ("grace", 1), "it got a seat and does not know");
    world.server.lose_replies = false;
    world.keys = vec![key("SN-2", 2)];
    world.retry(&mut copy);
    assert_eq!((copy.word(), world.server.live.len()), ("licensed", 1));
}

/// Seen red: with no bound on it.
#[test]
fn a_server_that_forgets_whom_it_admits_is_not_asked_without_end() {
    let mut world = World::new(1);
    world.server.forgetful = true;
    assert_eq!(world.start().word(), "activation_ended");
    assert!(world.server.asked.len() < 10, "{:?}", world.server.asked);
}

/// Seen red: with each of the comparisons in `belief.rs` taken out.
#[test]
fn what_the_vendor_signed_for_others_is_worth_nothing_here() {
    for (foreign, word) in [
        ("product", problems::UNTRUSTED_SERVER),
        ("certified installation", problems::UNTRUSTED_SERVER),
        ("device", problems::UNTRUSTED_SERVER),
        // The certificate is ours, so that the program goes on as with no contact.
        ("checkout", "grace"),
        ("activation", "grace"),
        ("installation", "grace"),
    ] {
        let mut world = World::new(1);
        world.server.foreign = foreign;
        assert_eq!(world.start().word(), word, "{foreign}");
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
