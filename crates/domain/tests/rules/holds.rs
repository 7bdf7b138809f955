//! When an unreturned seat is taken back.

use seatkeeper_domain::decide::{LicensePatch, PolicyPatch, Release};
use seatkeeper_domain::policy::Hold;
use seatkeeper_domain::session::EndReason;
use seatkeeper_domain::term::Term;

use crate::shop::{DAY, HOUR, Shop, code};

const LEASE: u32 = 1200;

fn holding(hold: Hold) -> Shop {
    Shop::selling(|terms| terms.policy.hold = Some(hold))
}

/// A program that was refreshed once and then fell silent: what its answer says, and when another gets its seat.
#[test]
fn a_silent_seat_is_back_when_its_hold_says() {
    // hold, grace lasts, back by, another gets in then
    let table = [
        (Hold::Lease, 2 * DAY, Some(LEASE), true),
        (Hold::Grace, 2 * DAY, Some(2 * DAY), true),
        (Hold::Indefinite, 2 * DAY, None, false),
    ];
    for (hold, grace, back_by, free) in table {
        let mut shop = holding(hold);
        let (one, other) = (shop.activate("one").unwrap(), shop.activate("other").unwrap());
        let held = shop.open(one, "ann").unwrap();
        let held = shop.refresh(one, &held).unwrap();
        assert_eq!(held.times().grace_until, shop.later(grace), "{hold:?}");
        assert_eq!(held.times().back_by, back_by.map(|seconds| shop.later(seconds)), "{hold:?}");
        shop.pass(back_by.unwrap_or(400 * DAY) - 1);
        assert_eq!(code(&shop.open(other, "ben")), "no_seat_available", "{hold:?}");
        shop.pass(1);
        assert_eq!(shop.open(other, "ben").is_ok(), free, "{hold:?}");
    }
}

#[test]
fn a_program_that_died_at_once_keeps_its_seat_for_a_lease() {
    for hold in [Hold::Lease, Hold::Grace, Hold::Indefinite] {
        let mut shop = holding(hold);
        let (one, other) = (shop.activate("one").unwrap(), shop.activate("other").unwrap());
        let held = shop.open(one, "ann").unwrap();
        assert_eq!(held.times().back_by, Some(shop.later(LEASE)), "{hold:?}");
        assert!(held.refresh_after_seconds <= 60, "one that runs on is soon told from one that died");
        shop.pass(LEASE);
        shop.open(other, "ben").unwrap();
    }
}

#[test]
fn under_lease_the_overlap_is_written_down() {
    let mut shop = holding(Hold::Lease);
    let (one, other) = (shop.activate("one").unwrap(), shop.activate("other").unwrap());
    let held = shop.open(one, "ann").unwrap();
    let held = shop.refresh(one, &held).unwrap();
    shop.pass(LEASE);
    shop.open(other, "ben").unwrap();
    let lost = &shop.books().sessions[&held.session.id];
    assert_eq!(lost.ended, Some((shop.now(), EndReason::Reclaimed)));
    assert_eq!(lost.overlap_until, Some(held.times().grace_until));
    assert_eq!(code(&shop.refresh(one, &held)), "checkout_ended");
}

#[test]
fn a_released_seat_says_until_when_two_may_work() {
    let mut shop = holding(Hold::Grace);
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let held = shop.refresh(token, &held).unwrap();
    shop.pass(HOUR);
    let release = Release { session_id: held.session.id, reason: "on holiday".to_owned() };
    let done = shop.office(release.clone()).unwrap();
    let told = seatkeeper_domain::answer::Done::Released {
        session_id: held.session.id,
        overlap_until: Some(held.times().grace_until),
    };
    assert_eq!(done, told);
    assert_eq!(shop.office(release).unwrap(), told, "asked again it answers what it answered");
    assert_eq!(shop.in_use(), 0);
}

/// The server shortens its policy, and the reply that says so is lost: the program goes on by what it was told.
///
/// Seen red when what a program may still rely on is not reckoned with.
#[test]
fn a_shorter_policy_takes_no_seat_from_under_a_program() {
    let mut shop = holding(Hold::Grace);
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let held = shop.refresh(token, &held).unwrap();
    let policy = PolicyPatch { grace_seconds: Some(LEASE), ..PolicyPatch::default() };
    shop.update(LicensePatch { policy, ..LicensePatch::default() }).unwrap();
    let lost = shop.refresh(token, &held).unwrap();
    assert_eq!(lost.times().grace_until, shop.later(LEASE));
    assert_eq!(lost.times().back_by, Some(held.times().grace_until), "its reply may not have arrived");
    let heard = shop.refresh(token, &lost).unwrap();
    assert_eq!(heard.times().back_by, Some(shop.later(LEASE)), "the program has shown that it knows");
}

#[test]
fn nothing_reaches_past_the_end_of_the_term() {
    for hold in [Hold::Lease, Hold::Grace, Hold::Indefinite] {
        let mut shop = holding(hold);
        let end = shop.later(LEASE / 2);
        shop.update(LicensePatch { term: Some(Term::Subscription { expires_at: end }), ..LicensePatch::default() })
            .unwrap();
        let token = shop.activate("one").unwrap();
        let held = shop.open(token, "ann").unwrap();
        let times = shop.refresh(token, &held).unwrap().times();
        assert_eq!((times.lease_until, times.grace_until, times.back_by), (end, end, Some(end)), "{hold:?}");
    }
}

#[test]
fn no_grace_at_all_ends_with_the_lease() {
    let mut shop = Shop::selling(|terms| terms.policy.grace_seconds = Some(0));
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let times = shop.refresh(token, &held).unwrap().times();
    assert_eq!((times.grace_until, times.back_by), (times.lease_until, Some(times.lease_until)));
}

#[test]
fn after_a_start_silent_seats_wait_a_lease_for_their_programs() {
    let mut shop = holding(Hold::Grace);
    let (one, other) = (shop.activate("one").unwrap(), shop.activate("other").unwrap());
    let held = shop.open(one, "ann").unwrap();
    let held = shop.refresh(one, &held).unwrap();
    shop.pass(3 * DAY);
    shop.restart();
    assert_eq!(shop.reclaim(), 0);
    assert_eq!(code(&shop.open(other, "ben")), "no_seat_available");
    shop.pass(LEASE - 1);
    assert_eq!(shop.reclaim(), 0);
    shop.refresh(one, &held).unwrap();
    shop.pass(3 * DAY);
    assert_eq!(shop.reclaim(), 1);
}
