//! After the books were restored from a backup: what was given since is adopted where a seat is free.

use seatkeeper_domain::decide::Release;

use crate::shop::{Shop, code, seats};

#[test]
fn a_forgotten_session_is_adopted_with_its_id_and_start() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let backup = shop.books();
    let held = shop.open(token, "ann").unwrap();
    shop.pass(600);
    let held = shop.refresh(token, &held).unwrap();
    shop.restore(&backup);
    let adopted = shop.refresh(token, &held).unwrap();
    assert_eq!((adopted.session.id, adopted.session.started_at), (held.session.id, held.session.started_at));
    assert_eq!(adopted.checkout.leases.given, held.checkout.leases.given + 1);
    assert_eq!(adopted.session.names.user, held.session.names.user);
    assert_eq!(shop.in_use(), 1);
    shop.refresh(token, &adopted).unwrap();
    assert!(shop.events().contains(&"session.adopted".to_owned()));
}

#[test]
fn two_forgotten_copies_are_adopted_in_one_seat() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let backup = shop.books();
    let copies = [shop.open(token, "ann").unwrap(), shop.open(token, "ann").unwrap()];
    shop.restore(&backup);
    for held in &copies {
        shop.refresh(token, held).unwrap();
    }
    assert_eq!((shop.in_use(), shop.live()[0].checkouts), (1, 2));
}

#[test]
fn where_no_seat_is_free_it_is_not() {
    let mut shop = Shop::plain();
    let (pc, laptop) = (shop.activate("pc").unwrap(), shop.activate("laptop").unwrap());
    let backup = shop.books();
    let held = shop.open(pc, "ann").unwrap();
    shop.restore(&backup);
    shop.open(laptop, "ben").unwrap();
    assert_eq!(code(&shop.refresh(pc, &held)), "checkout_ended");
    assert_eq!(shop.in_use(), 1);
}

#[test]
fn leases_given_since_the_backup_are_good() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let mut held = shop.open(token, "ann").unwrap();
    let backup = shop.books();
    for _ in 0..5 {
        held = shop.refresh(token, &held).unwrap();
    }
    shop.restore(&backup);
    let again = shop.refresh(token, &held).unwrap();
    assert_eq!(again.checkout.leases.given, held.checkout.leases.given + 1);
}

#[test]
fn what_was_never_given_by_a_restored_server_is_not_adopted() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let token = shop.activate("pc").unwrap();
    let mut held = shop.open(token, "ann").unwrap();
    held.checkout.id = shop.draw().into();
    assert_eq!(code(&shop.refresh(token, &held)), "checkout_ended", "nothing was restored");
    assert_eq!(shop.in_use(), 1);
}

#[test]
fn what_was_released_after_the_backup_was_restored_stays_so() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let first = shop.open(token, "ann").unwrap();
    let backup = shop.books();
    let second = shop.open(token, "ann").unwrap();
    shop.restore(&backup);
    shop.office(Release { session_id: first.session.id, reason: "on holiday".to_owned() }).unwrap();
    assert_eq!(code(&shop.refresh(token, &second)), "checkout_ended");
}
