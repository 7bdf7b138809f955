//! Seats that may be taken back, found among many that may not.

use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{Command, Credential, PolicyPatch, Reclaim};
use seatkeeper_store::Writer;

use crate::shop::{Shop, Sold, granted};

const SEATS: u32 = 150;
const GRACE: u32 = 10_000;

/// A full pool in which only the last to come is due back; the hints of all the others are early.
fn full() -> (Shop, Sold, Credential) {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let policy = PolicyPatch {
        lease_seconds: Some(1_000),
        refresh_seconds: Some(300),
        grace_seconds: Some(GRACE),
        ..PolicyPatch::default()
    };
    let sold = shop.pool_with(customer, SEATS, policy);
    let device = shop.device(sold, "TERMINAL");
    let mut held: Vec<_> = (0..SEATS).map(|n| shop.seat(device, &format!("user{n}"))).collect();
    shop.clock.pass(60);
    for granted_before in &mut held {
        *granted_before = granted(shop.refresh(device, granted_before));
    }
    shop.clock.pass(600);
    for early in &held[..held.len() - 1] {
        shop.refresh(device, early).unwrap();
    }
    shop.clock.pass(GRACE - 600);
    (shop, sold, device)
}

#[test]
fn a_seat_that_may_be_taken_back_causes_no_refusal_however_many_hints_are_early() {
    let (mut shop, _, device) = full();
    shop.seat(device, "late");
    let refused = shop.checkout(device, "later");
    shop.run(refused).unwrap_err();
}

/// Seen red when those whose hint was corrected stay among the candidates.
#[test]
fn a_round_takes_back_what_is_due_and_looks_at_the_others_once() {
    let (mut shop, sold, _) = full();
    let round = Command::Reclaim(Reclaim { license_id: sold.license, at_most: 200 });
    let looked_at = |shop: &mut Shop| {
        let ledger = shop.writer.begin(&seatkeeper_domain::needs([&round])).unwrap();
        shop.writer.rollback();
        ledger.candidates[&sold.license].len()
    };
    assert_eq!(looked_at(&mut shop), SEATS as usize);
    let (ledger, answers) = shop.begin(std::slice::from_ref(&round)).unwrap();
    assert_eq!(answers, [Ok(Answer::Done(Done::Reclaimed { seats: 1, more: false }))]);
    assert!(ledger.candidates[&sold.license].is_empty(), "the rest of the batch need not look at them again");
    shop.writer.commit(&ledger).unwrap();
    assert_eq!(looked_at(&mut shop), 0, "corrected, and not looked at again before they are due");
}
