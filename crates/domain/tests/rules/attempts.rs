//! Failed activation attempts of one address.

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::decide::{Command, FailedAttempt};

use crate::shop::Shop;

fn held(shop: &mut Shop, address: &str) -> bool {
    match shop.run(Command::FailedAttempt(FailedAttempt { address: address.to_owned() })) {
        Ok(Answer::Attempt { held_until }) => held_until.is_some_and(|until| until > shop.now()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn guessing_is_held_back_by_address_for_the_rest_of_a_window() {
    let mut shop = Shop::plain();
    for n in 0..Limit::ACTIVATION.attempts {
        assert!(!held(&mut shop, "192.0.2.1"), "the {n}th");
    }
    assert!(held(&mut shop, "192.0.2.1"));
    assert!(!held(&mut shop, "192.0.2.2"), "another address");
    let written = shop.books();
    assert!(held(&mut shop, "192.0.2.1"));
    assert_eq!(shop.books(), written, "a flood costs the disk nothing");
    shop.restart();
    assert!(held(&mut shop, "192.0.2.1"), "a restart forgives nothing");
    shop.pass(u32::try_from(Limit::ACTIVATION.seconds).unwrap() - 1);
    assert!(held(&mut shop, "192.0.2.1"));
    shop.pass(1);
    assert!(!held(&mut shop, "192.0.2.1"));
    assert_eq!(shop.books().attempts["192.0.2.1"].failures, 1, "a new window");
}

#[test]
fn a_right_pair_is_never_held_back() {
    let mut shop = Shop::plain();
    while !held(&mut shop, "192.0.2.1") {}
    shop.activate("somebody else behind the same address").unwrap();
}
