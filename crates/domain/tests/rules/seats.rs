//! Seats bought, cut, raised, lent over the limit, and for a time.

use seatkeeper_domain::decide::{Credential, LicensePatch, PolicyPatch};
use seatkeeper_domain::license::Grant;
use seatkeeper_domain::refusal::Refusal;

use crate::shop::{DAY, Shop, code, seats};

fn sell(shop: &mut Shop, grants: Vec<Grant>) {
    shop.update(LicensePatch { grants: Some(grants), ..LicensePatch::default() }).unwrap();
}

/// So many people, each on a device of their own.
fn people(shop: &mut Shop, count: usize) -> Vec<Credential> {
    (0..count).map(|n| shop.activate(&format!("pc {n}")).unwrap()).collect()
}

#[test]
fn a_full_pool_says_how_full() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let tokens = people(&mut shop, 3);
    for token in &tokens[..2] {
        shop.open(*token, "ann").unwrap();
    }
    let told = shop.open(tokens[2], "ann");
    assert_eq!(told, Err(Refusal::NoSeatAvailable { seats: 2, in_use: 2, next_back_by: None }));
}

#[test]
fn a_cut_throws_nobody_out_and_lets_nobody_in() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(3));
    let tokens = people(&mut shop, 4);
    let held: Vec<_> = tokens[..3].iter().map(|token| shop.open(*token, "ann").unwrap()).collect();
    sell(&mut shop, seats(1));
    let ceiling = |shop: &Shop| shop.books().counters[&shop.license].ceiling;
    assert_eq!((shop.in_use(), ceiling(&shop)), (3, 3));
    for (i, held) in held[..2].iter().enumerate() {
        shop.refresh(tokens[i], held).unwrap();
        assert_eq!(code(&shop.open(tokens[3], "ann")), "no_seat_available");
        shop.close(tokens[i], held, None).unwrap();
        assert_eq!(ceiling(&shop), shop.in_use().max(1));
    }
    assert_eq!(code(&shop.open(tokens[3], "ann")), "no_seat_available", "the one seat is still held");
    shop.close(tokens[2], &held[2], None).unwrap();
    shop.open(tokens[3], "ann").unwrap();
}

/// More are held than there are seats, and all of them are due: one request makes room for itself.
///
/// Seen red when candidates are loaded as if the pool fitted.
#[test]
fn after_a_cut_as_many_are_taken_back_as_it_takes() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(5));
    let tokens = people(&mut shop, 6);
    for token in &tokens[..5] {
        shop.open(*token, "ann").unwrap();
    }
    sell(&mut shop, seats(2));
    shop.pass(DAY);
    shop.open(tokens[5], "ann").unwrap();
    assert_eq!(shop.in_use(), 2);
}

#[test]
fn added_seats_are_there_at_once() {
    let mut shop = Shop::plain();
    let tokens = people(&mut shop, 2);
    shop.open(tokens[0], "ann").unwrap();
    assert_eq!(code(&shop.open(tokens[1], "ann")), "no_seat_available");
    sell(&mut shop, seats(2));
    shop.open(tokens[1], "ann").unwrap();
}

#[test]
fn seats_at_an_instant_are_the_grants_in_force() {
    let mut shop = Shop::plain();
    let (start, end) = (shop.later(DAY), shop.later(2 * DAY));
    let grant = |seats, starts_at, ends_at| Grant { seats, starts_at, ends_at, order_reference: None };
    sell(&mut shop, vec![grant(1, None, None), grant(2, Some(start), Some(end))]);
    let tokens = people(&mut shop, 4);
    for (day, expected) in [1, 3, 1].into_iter().enumerate() {
        for token in &tokens {
            let _ = shop.open(*token, "ann");
        }
        assert_eq!(shop.in_use(), expected, "on day {day}");
        assert_eq!(shop.license().seats(shop.now()), expected);
        // Everybody falls silent, and their seats are due.
        shop.pass(DAY);
        shop.reclaim();
    }
}

#[test]
fn a_grant_that_ends_throws_nobody_out() {
    let mut shop = Shop::plain();
    let ends_at = Some(shop.later(600));
    let grant = |seats, ends_at| Grant { seats, starts_at: None, ends_at, order_reference: None };
    sell(&mut shop, vec![grant(1, None), grant(1, ends_at)]);
    let tokens = people(&mut shop, 2);
    let held: Vec<_> = tokens.iter().map(|token| shop.open(*token, "ann").unwrap()).collect();
    shop.pass(600);
    shop.refresh(tokens[1], &held[1]).unwrap();
    shop.close(tokens[0], &held[0], None).unwrap();
    assert_eq!(code(&shop.open(tokens[0], "ben")), "no_seat_available");
}

#[test]
fn nobody_gets_in_where_no_grant_is_in_force() {
    let mut shop = Shop::selling(|terms| terms.policy.overdraft = Some(5));
    let ends_at = Some(shop.later(600));
    sell(&mut shop, vec![Grant { seats: 1, starts_at: None, ends_at, order_reference: None }]);
    shop.pass(600);
    let token = shop.activate("pc").unwrap();
    let told = shop.open(token, "ann");
    assert_eq!(told, Err(Refusal::NoSeatAvailable { seats: 0, in_use: 0, next_back_by: None }), "nor by overdraft");
    assert_eq!(told.unwrap_err().to_string(), "This licence has no seats at this time.");
}

#[test]
fn overdraft_lends_beyond_what_was_bought() {
    let mut shop = Shop::plain();
    let tokens = people(&mut shop, 3);
    shop.open(tokens[0], "ann").unwrap();
    let policy = PolicyPatch { overdraft: Some(1), ..PolicyPatch::default() };
    shop.update(LicensePatch { policy, ..LicensePatch::default() }).unwrap();
    let lent = shop.open(tokens[1], "ann").unwrap();
    assert_eq!((lent.seats, lent.in_use), (1, 2));
    assert_eq!(code(&shop.open(tokens[2], "ann")), "no_seat_available");
}

/// A batch in which a seat that was due is saved by its program's refresh: the next that is due is at hand.
///
/// Seen red when refreshes ask for no more candidates.
#[test]
fn a_refresh_beside_it_does_not_cost_a_checkout_its_seat() {
    use seatkeeper_domain::decide::Command;
    let mut shop = Shop::selling(|terms| terms.grants = seats(2));
    let tokens = people(&mut shop, 3);
    let held: Vec<_> = tokens[..2].iter().map(|token| shop.open(*token, "ann").unwrap()).collect();
    shop.pass(DAY);
    let refresh = Command::Refresh(Box::new(shop.renewal(tokens[0], &held[0])));
    let checkout = Command::Checkout(Box::new(shop.request(tokens[2], "ann")));
    let answers = shop.batch(&[refresh, checkout]);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(shop.in_use(), 2);
}
