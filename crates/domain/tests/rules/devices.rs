//! Devices: admitted, moved, ended, known again.

use seatkeeper_domain::activation::ActivationEnd;
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{Block, Command, Credential, Deactivate, EndActivation, PolicyPatch, Unblock};
use seatkeeper_domain::id::InstallationId;
use seatkeeper_domain::license::Model;
use seatkeeper_domain::refusal::Refusal;
use uuid::Uuid;

use crate::shop::{DAY, Shop, code, seats};

fn single_user() -> Shop {
    Shop::selling(|terms| terms.model = Model::SingleUser)
}

fn deactivate(token: Credential) -> Command {
    Command::Deactivate(Deactivate { credential: token })
}

#[test]
fn a_single_user_licence_has_one_device_and_moves() {
    let mut shop = single_user();
    let first = shop.activate("one").unwrap();
    let held = shop.open(first, "ann").unwrap();
    assert_eq!(code(&shop.open(first, "ben")), "no_seat_available", "one person at a time");
    assert_eq!(shop.activate("two"), Err(Refusal::DeviceLimit { limit: 1, held_by: None, since: None }));
    shop.run(deactivate(first)).unwrap();
    assert_eq!(shop.in_use(), 0, "its session went with it");
    let second = shop.activate("two").unwrap();
    shop.open(second, "ann").unwrap();
    let told = shop.refresh(first, &held);
    assert_eq!(told, Err(Refusal::ActivationEnded { reason: Some(ActivationEnd::Moved) }));
    shop.run(deactivate(first)).unwrap();
    assert_eq!(shop.live().len(), 1, "giving it up again ends nothing");
}

/// The policy's words, in how a device is refused and admitted.
#[test]
fn a_device_is_known_again_by_enough_of_its_hashes() {
    let mut shop = single_user();
    let first = shop.activate("one").unwrap();
    let mut changed = shop.admission("one");
    changed.fingerprint[2] = "a new network card".to_owned();
    let again = shop.admit(changed).unwrap();
    assert_eq!(again.activation_id, first.activation_id);
    assert!(again.repeated && again.generation > first.generation);
    let mut stranger = shop.admission("one");
    stranger.fingerprint[1..].clone_from_slice(&["another board".to_owned(), "another network card".to_owned()]);
    assert_eq!(code(&shop.admit(stranger)), "device_limit");
}

#[test]
fn a_fresh_token_takes_the_place_of_the_old_one() {
    let mut shop = Shop::plain();
    let old = shop.activate("one").unwrap();
    let new = shop.activate("one").unwrap();
    assert_eq!(code(&shop.open(old, "ann")), "activation_ended");
    shop.open(new, "ann").unwrap();
    assert_eq!(shop.books().activations.len(), 1);
}

#[test]
fn each_installation_on_a_device_has_its_own_token() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let ann = shop.activate("pc").unwrap();
    let mut asked = shop.admission("pc");
    asked.installation_id = InstallationId(Uuid::from_u128(2));
    let bens = shop.admit(asked).unwrap();
    assert!(!bens.repeated, "another installation of the device");
    shop.open(ann, "ann").unwrap();
    assert_eq!(shop.books().counters[&shop.license].devices, 1);
}

/// A token from before a device was ended stays dead when the device comes back by another's hand; so does a
/// late request to give it up.
///
/// Seen red when tokens outlive the end of their device.
#[test]
fn what_was_ended_with_a_device_stays_ended() {
    let mut shop = Shop::plain();
    let before = shop.activate("pc").unwrap();
    shop.pass(60);
    shop.office(EndActivation { activation_id: before.activation_id, reason: "lost".to_owned(), finish: false })
        .unwrap();
    let mut asked = shop.admission("pc");
    asked.installation_id = InstallationId(Uuid::from_u128(2));
    shop.pass(60);
    let back = shop.admit(asked).unwrap();
    assert_eq!(back.activation_id, before.activation_id, "the same device is the same activation");
    assert_eq!(code(&shop.open(before, "ann")), "activation_ended");
    assert_eq!(code(&shop.run(deactivate(before))), "activation_ended");
    assert!(shop.books().activations[&back.activation_id].active());
}

#[test]
fn ending_a_lost_laptop_frees_its_seats_and_its_place() {
    let mut shop = single_user();
    let lost = shop.activate("laptop").unwrap();
    let held = shop.open(lost, "ann").unwrap();
    let end = EndActivation { activation_id: lost.activation_id, reason: "lost".to_owned(), finish: false };
    shop.office(end.clone()).unwrap();
    shop.office(end).unwrap();
    let session = &shop.books().sessions[&held.session.id];
    assert_eq!(session.overlap_until, Some(held.times().grace_until), "the laptop does not know");
    assert_eq!((shop.in_use(), shop.books().counters[&shop.license].devices), (0, 0));
    shop.activate("desktop").unwrap();
}

#[test]
fn finishing_an_end_leaves_a_device_that_came_back() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let finish = EndActivation { activation_id: token.activation_id, reason: "lost".to_owned(), finish: true };
    shop.office(finish).unwrap();
    shop.open(token, "ann").unwrap();
}

#[test]
fn a_blocked_device_is_not_admitted_again_until_the_block_is_lifted() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    shop.open(token, "ann").unwrap();
    let id = shop.draw().into();
    let (license_id, who) = (shop.license, Blocked::Device(token.activation_id));
    shop.office(Block { id, license_id, who, reason: "stolen".to_owned(), finish: false }).unwrap();
    assert_eq!(shop.in_use(), 0);
    assert_eq!(shop.open(token, "ann"), Err(Refusal::ActivationEnded { reason: Some(ActivationEnd::Blocked) }));
    assert_eq!(shop.activate("pc"), Err(Refusal::Blocked { device: true }));
    shop.office(Unblock { license_id, block_id: id }).unwrap();
    let again = shop.activate("pc").unwrap();
    shop.open(again, "ann").unwrap();
}

#[test]
fn more_moves_than_agreed_are_reported_and_not_refused() {
    let mut shop = Shop::selling(|terms| {
        terms.model = Model::SingleUser;
        terms.policy = PolicyPatch { moves_per_year: Some(Some(2)), ..PolicyPatch::default() };
    });
    let mut reports = Vec::new();
    for device in ["home", "first move", "second move", "third move"] {
        let token = shop.activate(device).unwrap();
        shop.run(deactivate(token)).unwrap();
        reports.push(shop.events().iter().filter(|kind| *kind == "activation.moved_often").count());
    }
    assert_eq!(reports, [0, 0, 0, 1]);
    shop.pass(366 * DAY);
    shop.activate("a year later").unwrap();
    assert_eq!(shop.events().iter().filter(|kind| *kind == "activation.moved_often").count(), 1);
}

/// Seen red when only devices that are new count, or the year never begins anew.
#[test]
fn passing_a_licence_to_and_fro_is_moving_it() {
    let mut shop = Shop::selling(|terms| {
        terms.model = Model::SingleUser;
        terms.policy = PolicyPatch { moves_per_year: Some(Some(3)), ..PolicyPatch::default() };
    });
    let mut reports = Vec::new();
    for device in ["home", "office", "home", "office", "home", "office"] {
        shop.activate(device).unwrap();
        let token = shop.activate(device).unwrap();
        shop.run(deactivate(token)).unwrap();
        reports.push(shop.events().iter().filter(|kind| *kind == "activation.moved_often").count());
        shop.pass(DAY);
    }
    assert_eq!(reports, [0, 0, 0, 0, 1, 2], "an activation that is repeated is no move");
    shop.pass(366 * DAY);
    for device in ["home", "office", "home", "office"] {
        let token = shop.activate(device).unwrap();
        shop.run(deactivate(token)).unwrap();
    }
    let reported = shop.events().iter().filter(|kind| *kind == "activation.moved_often").count();
    assert_eq!(reported, 3, "each year has its own moves");
}

#[test]
fn a_wrong_product_or_key_is_one_answer() {
    let mut shop = Shop::plain();
    let mut asked = shop.admission("pc");
    asked.product = "another".to_owned();
    assert_eq!(shop.admit(asked), Err(Refusal::UnknownKey));
    let mut asked = shop.admission("pc");
    asked.key_id = shop.draw().into();
    assert_eq!(shop.admit(asked), Err(Refusal::UnknownKey));
    assert_eq!(shop.books().denials.len(), 0);
}

/// What refused a device is explained, and ends well when it is admitted after all.
#[test]
fn a_refused_device_is_an_episode() {
    let mut shop = single_user();
    let first = shop.activate("one").unwrap();
    for _ in 0..3 {
        let _ = shop.activate("two");
        shop.pass(60);
    }
    shop.run(deactivate(first)).unwrap();
    shop.activate("two").unwrap();
    let books = shop.books();
    let denials: Vec<_> = books.denials.values().collect();
    assert_eq!(denials.len(), 1);
    assert_eq!((denials[0].tries, denials[0].code.as_str()), (3, "device_limit"));
    assert_eq!(denials[0].outcome.map(|(_, how)| how), Some(seatkeeper_domain::denial::Outcome::Granted));
}
