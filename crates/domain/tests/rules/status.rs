//! Suspend, resume, revoke, block: different verbs for different things.

use seatkeeper_domain::answer::Done;
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{Block, LicensePatch, Resume, Revoke, Suspend, Unblock};
use seatkeeper_domain::policy::CountBy;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::EndReason;

use crate::shop::{DAY, Shop, code, seats};

fn why() -> String {
    "unpaid".to_owned()
}

fn block(shop: &mut Shop, user: &str) -> Block {
    let (id, license_id, who) = (shop.draw().into(), shop.license, Blocked::User(user.to_owned()));
    Block { id, license_id, who, reason: "has left".to_owned(), finish: false }
}

#[test]
fn a_pause_refuses_and_keeps_every_seat_and_lifting_it_is_enough() {
    let mut shop = Shop::plain();
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let license_id = shop.license;
    shop.office(Suspend { license_id, reason: why() }).unwrap();
    assert_eq!(code(&shop.open(token, "ben")), "license_suspended");
    assert_eq!(code(&shop.refresh(token, &held)), "license_suspended");
    assert_eq!(code(&shop.activate("two")), "license_suspended");
    shop.pass(30 * DAY);
    assert_eq!(shop.reclaim(), 0, "nobody could refresh");
    assert_eq!((shop.in_use(), shop.license().status_reason), (1, Some(why())));
    shop.office(Resume { license_id, reason: why() }).unwrap();
    shop.refresh(token, &held).unwrap();
    assert_eq!(shop.license().status_reason, None);
}

/// Lifting a pause is enough: whoever held a seat has a lease's time to be heard of again.
///
/// Seen red when `may_reclaim` forgets when the pause was lifted.
#[test]
fn after_a_pause_silent_seats_wait_a_lease_for_their_programs() {
    const LEASE: u32 = 1200;
    let mut shop = Shop::plain();
    let (one, other) = (shop.activate("one").unwrap(), shop.activate("other").unwrap());
    let held = shop.open(one, "ann").unwrap();
    let held = shop.refresh(one, &held).unwrap();
    let license_id = shop.license;
    shop.office(Suspend { license_id, reason: why() }).unwrap();
    shop.pass(30 * DAY);
    shop.office(Resume { license_id, reason: why() }).unwrap();
    assert_eq!(code(&shop.open(other, "ben")), "no_seat_available");
    shop.pass(LEASE - 1);
    assert_eq!(shop.reclaim(), 0);
    let held = shop.refresh(one, &held).unwrap();
    shop.pass(3 * DAY);
    shop.open(other, "ben").unwrap();
    assert_eq!(code(&shop.refresh(one, &held)), "checkout_ended");
}

#[test]
fn a_return_is_taken_while_paused() {
    let mut shop = Shop::plain();
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    shop.office(Suspend { license_id: shop.license, reason: why() }).unwrap();
    shop.close(token, &held, None).unwrap();
    assert_eq!(shop.in_use(), 0);
}

#[test]
fn revoking_is_final_and_frees_every_seat() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(300));
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "user 0").unwrap();
    for n in 1..250 {
        shop.open(token, &format!("user {n}")).unwrap();
    }
    let license_id = shop.license;
    let revoke = Revoke { license_id, reason: why() };
    assert_eq!(shop.office(revoke.clone()).unwrap(), Done::Ended { more: true }, "in bounded steps");
    assert_eq!(code(&shop.open(token, "user 1")), "license_revoked", "but it holds at once");
    assert_eq!(shop.office(revoke).unwrap(), Done::Ended { more: false });
    assert_eq!(shop.in_use(), 0);
    let reasons: Vec<_> = shop.books().sessions.values().filter_map(|s| s.ended.map(|(_, reason)| reason)).collect();
    assert_eq!(reasons, [EndReason::LicenseRevoked; 250]);
    assert_eq!(code(&shop.refresh(token, &held)), "checkout_ended");
    assert_eq!(code(&shop.office(Resume { license_id, reason: why() })), "conflict");
    assert_eq!(code(&shop.office(Suspend { license_id, reason: why() })), "conflict");
    assert_eq!(code(&shop.update(LicensePatch { grants: Some(seats(1)), ..LicensePatch::default() })), "conflict");
    assert_eq!(shop.events().iter().filter(|kind| *kind == "license.revoked").count(), 1);
}

#[test]
fn a_leaver_is_out_at_once_on_every_device_and_others_stay() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(9));
    let (pc, laptop) = (shop.activate("pc").unwrap(), shop.activate("laptop").unwrap());
    let (here, there, other) =
        (shop.open(pc, "Ann").unwrap(), shop.open(laptop, "ann").unwrap(), shop.open(pc, "ben").unwrap());
    let leaver = block(&mut shop, "ann");
    shop.office(leaver.clone()).unwrap();
    assert_eq!(shop.in_use(), 1);
    for (token, held) in [(pc, &here), (laptop, &there)] {
        assert_eq!(shop.refresh(token, held), Err(Refusal::CheckoutEnded { reason: Some(EndReason::Blocked) }));
        assert_eq!(shop.open(token, "ANN"), Err(Refusal::Blocked { device: false }));
    }
    shop.refresh(pc, &other).unwrap();
    let again = block(&mut shop, "ann");
    assert_eq!(shop.office(again).unwrap(), Done::Block { id: leaver.id, more: false }, "one block is enough");
    shop.office(Unblock { license_id: shop.license, block_id: leaver.id }).unwrap();
    shop.open(pc, "ann").unwrap();
}

/// Where devices are counted, people share a session; the block follows the person, not whoever came first.
///
/// Seen red when a refresh looks at no block, or does not ask for any.
#[test]
fn a_blocked_user_who_shares_a_devices_seat_is_out_too() {
    let mut shop = Shop::selling(|terms| terms.policy.count_by = Some(CountBy::Device));
    let token = shop.activate("pc").unwrap();
    let first = shop.open(token, "ann").unwrap();
    let mut joined = shop.open(token, "ben").unwrap();
    joined.session.names.user = Some("ben".to_owned());
    let leaver = block(&mut shop, "ben");
    shop.office(leaver).unwrap();
    let first = shop.refresh(token, &first).unwrap();
    assert_eq!(shop.refresh(token, &joined), Err(Refusal::Blocked { device: false }));
    shop.refresh(token, &first).unwrap();
}

/// Who opened a device's seat and is blocked takes nobody with them who works in it too.
///
/// Seen red when a blocked user's sessions end whole.
#[test]
fn a_blocked_user_leaves_a_devices_seat_to_those_who_share_it() {
    let mut shop = Shop::selling(|terms| terms.policy.count_by = Some(CountBy::Device));
    let token = shop.activate("pc").unwrap();
    let first = shop.open(token, "ann").unwrap();
    let mut joined = shop.open(token, "ben").unwrap();
    joined.session.names.user = Some("ben".to_owned());
    let mut leaver = block(&mut shop, "ann");
    shop.office(leaver.clone()).unwrap();
    assert_eq!(shop.refresh(token, &first), Err(Refusal::Blocked { device: false }));
    shop.refresh(token, &joined).unwrap();
    shop.close(token, &joined, None).unwrap();
    assert_eq!(shop.in_use(), 1, "nothing was heard of ann's copy");
    leaver.finish = true;
    shop.office(leaver).unwrap();
    assert_eq!(shop.in_use(), 0, "the next round frees what is hers alone");
}

#[test]
fn finishing_a_block_puts_none_where_it_was_lifted() {
    let mut shop = Shop::plain();
    let mut lifted = block(&mut shop, "ann");
    lifted.finish = true;
    shop.office(lifted).unwrap();
    let token = shop.activate("pc").unwrap();
    shop.open(token, "ann").unwrap();
}

#[test]
fn another_licences_device_cannot_be_blocked() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let other = shop.offer("SN-2");
    let license_id = other.id;
    shop.office(other).unwrap();
    let (id, who) = (shop.draw().into(), Blocked::Device(token.activation_id));
    let told = shop.office(Block { id, license_id, who, reason: why(), finish: false });
    assert_eq!(code(&told), "invalid_request");
}
