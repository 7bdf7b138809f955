//! Copied and restored state.

use seatkeeper_domain::answer::Seat;

use crate::shop::{Shop, code, seats};

#[test]
fn a_restored_state_is_told_and_takes_a_seat_of_its_own() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let token = shop.activate("vm").unwrap();
    let snapshot = shop.open(token, "ann").unwrap();
    let mut held = snapshot.clone();
    for _ in 0..3 {
        held = shop.refresh(token, &held).unwrap();
    }
    assert_eq!(code(&shop.refresh(token, &snapshot)), "checkout_forked");
    assert_eq!(shop.events().last().unwrap(), "checkout.forked");
    let own = shop.open(token, "ann").unwrap();
    assert_eq!(own.seat, Seat::New, "the copy does not share the seat");
    held = shop.refresh(token, &held).unwrap();
    assert_eq!(held.session.id, snapshot.session.id, "whoever has the newest lease keeps it");
    assert_eq!(code(&shop.refresh(token, &snapshot)), "checkout_forked");
    let reports = shop.events().iter().filter(|kind| *kind == "checkout.forked").count();
    assert_eq!(reports, 1, "told again, reported once");
    assert_eq!(shop.in_use(), 2);
}

#[test]
fn in_a_full_pool_the_copy_gets_none() {
    let mut shop = Shop::plain();
    let token = shop.activate("vm").unwrap();
    let snapshot = shop.open(token, "ann").unwrap();
    let mut held = snapshot.clone();
    for _ in 0..3 {
        held = shop.refresh(token, &held).unwrap();
    }
    assert_eq!(code(&shop.refresh(token, &snapshot)), "checkout_forked");
    assert_eq!(code(&shop.open(token, "ann")), "no_seat_available");
    shop.refresh(token, &held).unwrap();
}

#[test]
fn two_machines_that_go_on_from_one_state_are_told_apart() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let token = shop.activate("vm").unwrap();
    let start = shop.open(token, "ann").unwrap();
    let start = shop.refresh(token, &start).unwrap();
    let mut machines = [start.clone(), start];
    let mut told = 0;
    for _ in 0..4 {
        for held in &mut machines {
            match shop.refresh(token, held) {
                Ok(next) => *held = next,
                Err(refusal) => {
                    assert_eq!(refusal.code(), "checkout_forked");
                    told += 1;
                }
            }
        }
    }
    assert!(told > 0, "both went on in one seat");
}

#[test]
fn lost_replies_are_no_fork() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let held = shop.open(token, "ann").unwrap();
    for _ in 0..10 {
        shop.refresh(token, &held).unwrap();
    }
    let newest = shop.refresh(token, &held).unwrap();
    shop.refresh(token, &newest).unwrap();
}
