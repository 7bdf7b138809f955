//! Closing: at once, late, again, and on behalf of copies that died.

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Checkout, Command, Credential, Release};
use seatkeeper_domain::id::SessionId;
use seatkeeper_domain::session::EndReason;
use seatkeeper_domain::term::after;

use crate::shop::{HOUR, Shop, code};

/// A close with no contact is taken as reported, never earlier than the last that was heard, never in the future.
#[test]
fn a_late_return_ended_when_it_ended() {
    // asked so many seconds after the last refresh, which was an hour ago; recorded
    for (reported, recorded) in [(-60, 0), (0, 0), (600, 600), (3_600, 3_600), (99_999, 3_600)] {
        let mut shop = Shop::plain();
        let token = shop.activate("pc").unwrap();
        let held = shop.open(token, "ann").unwrap();
        let heard = shop.now();
        shop.pass(HOUR);
        shop.close(token, &held, Some(after(heard, reported))).unwrap();
        let ended = shop.books().sessions[&held.session.id].ended;
        assert_eq!(ended, Some((after(heard, recorded), EndReason::Returned)), "{reported}");
    }
}

/// A copy was closed with no contact, and says so after another that was seen later has closed too.
///
/// Seen red when a session ends with what its last copy says.
#[test]
fn a_session_ends_no_earlier_than_any_of_its_copies() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let (cut_off, seen) = (shop.open(token, "ann").unwrap(), shop.open(token, "ann").unwrap());
    let closed = shop.later(60);
    shop.pass(HOUR);
    let last_seen = shop.now();
    shop.close(token, &seen, None).unwrap();
    assert_eq!(shop.live()[0].ended, None);
    shop.pass(HOUR);
    shop.close(token, &cut_off, Some(closed)).unwrap();
    let books = shop.books();
    assert_eq!(books.checkouts[&cut_off.checkout.id].ended, Some((closed, EndReason::Returned)), "as it was reported");
    assert_eq!(books.sessions[&seen.session.id].ended, Some((last_seen, EndReason::Returned)));
}

#[test]
fn returning_what_was_released_frees_nobody_elses_seat() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let lost = shop.open(token, "ann").unwrap();
    shop.office(Release { session_id: lost.session.id, reason: "on holiday".to_owned() }).unwrap();
    let held = shop.open(token, "ben").unwrap();
    let before = shop.books();
    assert_eq!(shop.close(token, &lost, None), Ok(Answer::Returned));
    assert_eq!(shop.books(), before);
    assert_eq!(code(&shop.refresh(token, &lost)), "checkout_ended");
    shop.refresh(token, &held).unwrap();
}

#[test]
fn a_device_that_was_given_up_may_still_return() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let held = shop.open(token, "ann").unwrap();
    shop.activate("pc").unwrap();
    assert_eq!(code(&shop.refresh(token, &held)), "activation_ended", "its token was replaced");
    shop.close(token, &held, None).unwrap();
    assert_eq!(shop.in_use(), 0);
}

#[test]
fn the_next_start_returns_what_a_dead_copy_could_not() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let died = shop.open(token, "ann").unwrap();
    let mut next = shop.request(token, "ben");
    next.ends = vec![died.checkout.id];
    let held = shop.ask(next).unwrap();
    let session = &shop.books().sessions[&died.session.id];
    assert_eq!(session.ended, Some((shop.now(), EndReason::Died)));
    assert_eq!((shop.in_use(), held.in_use), (1, 1));
}

#[test]
fn a_living_copy_returns_a_dead_one_with_its_refresh() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let (alive, died) = (shop.open(token, "ann").unwrap(), shop.open(token, "ann").unwrap());
    let mut renewal = shop.renewal(token, &alive);
    renewal.ends = vec![died.checkout.id];
    shop.run(Command::Refresh(Box::new(renewal))).unwrap();
    assert_eq!(shop.live()[0].checkouts, 1);
    assert_eq!(code(&shop.refresh(token, &died)), "checkout_ended");
}

/// A pool whose one seat is held by a copy that was refreshed, beside one that never was and is due: the seat's
/// session, its device, and what another user's program asks who reports the first copy dead.
fn held_by_a_copy_that_died() -> (Shop, SessionId, Credential, Checkout) {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let held = shop.refresh(token, &held).unwrap();
    let (_never_refreshed, closed) = (shop.open(token, "ann").unwrap(), shop.open(token, "ann").unwrap());
    shop.close(token, &closed, None).unwrap();
    shop.pass(HOUR);
    let mut next = shop.request(token, "ben");
    next.ends = vec![held.checkout.id];
    (shop, held.session.id, token, next)
}

/// Seen red when seats are taken back by what the dead copy promised.
#[test]
fn a_dead_copy_holds_no_seat_for_a_copy_that_is_due() {
    let (mut shop, session, _, next) = held_by_a_copy_that_died();
    shop.ask(next).unwrap();
    let lost = &shop.books().sessions[&session];
    assert_eq!((lost.ended.map(|(_, reason)| reason), lost.overlap_until), (Some(EndReason::Reclaimed), None));
}

/// Seen red when hints are corrected by what the dead copy promised.
#[test]
fn a_seat_that_could_not_be_taken_back_yet_is_looked_at_again() {
    let (mut shop, _, token, next) = held_by_a_copy_that_died();
    shop.restart();
    assert_eq!(code(&shop.ask(next)), "no_seat_available", "in the first lease after a start");
    shop.pass(HOUR);
    shop.open(token, "ben").unwrap();
}

#[test]
fn another_devices_copies_cannot_be_reported_dead() {
    let mut shop = Shop::selling(|terms| terms.grants = crate::shop::seats(2));
    let (mine, theirs) = (shop.activate("mine").unwrap(), shop.activate("theirs").unwrap());
    let held = shop.open(theirs, "ben").unwrap();
    let mut asked = shop.request(mine, "ann");
    asked.ends = vec![held.checkout.id];
    shop.ask(asked).unwrap();
    shop.refresh(theirs, &held).unwrap();
    assert_eq!(code(&shop.close(mine, &held, None)), "not_found");
}

#[test]
fn an_id_that_is_used_up_opens_nothing() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let asked = shop.request(token, "ann");
    let held = shop.ask(asked.clone()).unwrap();
    shop.close(token, &held, None).unwrap();
    assert_eq!(code(&shop.ask(asked)), "checkout_ended");
    assert_eq!((shop.in_use(), shop.books().denials.len()), (0, 0));
}
