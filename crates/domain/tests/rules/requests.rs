//! Idempotency keys: an administrator's request is done once, whatever is sent again.

use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{AddKey, Command, CutOffs, Idempotency, Office, OfficeCommand};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::TokenId;
use seatkeeper_domain::refusal::Refusal;
use uuid::Uuid;

use crate::shop::{DAY, Shop};

/// A request for a product key, by some token under some idempotency key.
fn request(shop: &mut Shop, token: u128, key: &str, body: u8) -> Command {
    let new = shop.new_key("branch");
    let token_id = TokenId(Uuid::from_u128(token));
    let by = Office {
        actor: Actor::Token(token_id),
        customer_id: None,
        idempotency: Some(Idempotency { token_id, key: key.to_owned(), request: [body; 32], sealed: vec![7, body] }),
    };
    let what = AddKey { license_id: shop.license, key: new, cut_offs: CutOffs::default() }.into();
    Command::Office(Box::new(OfficeCommand { by, what }))
}

#[test]
fn the_same_key_answers_the_same_for_a_day() {
    let mut shop = Shop::plain();
    let first = request(&mut shop, 1, "once", 1);
    let Ok(Answer::Done(done @ Done::Key(_))) = shop.run(first) else { panic!("no key was made") };
    let keys = shop.books().keys.len();
    shop.pass(DAY - 1);
    let again = request(&mut shop, 1, "once", 1);
    assert_eq!(shop.run(again), Ok(Answer::Replayed { done: done.clone(), sealed: vec![7, 1] }));
    let other_body = request(&mut shop, 1, "once", 2);
    assert_eq!(shop.run(other_body), Err(Refusal::IdempotencyConflict));
    assert_eq!(shop.books().keys.len(), keys);
    let other_token = request(&mut shop, 2, "once", 2);
    assert!(matches!(shop.run(other_token), Ok(Answer::Done(_))), "keys are each token's own");
    shop.pass(1);
    let a_day_later = request(&mut shop, 1, "once", 1);
    assert!(matches!(shop.run(a_day_later), Ok(Answer::Done(fresh)) if fresh != done));
}

#[test]
fn what_was_refused_may_be_asked_again() {
    let mut shop = Shop::plain();
    let (license, nowhere) = (shop.license, shop.draw().into());
    shop.license = nowhere;
    let refused = request(&mut shop, 1, "once", 1);
    assert_eq!(shop.run(refused), Err(Refusal::NotFound { what: "licence" }));
    shop.license = license;
    let again = request(&mut shop, 1, "once", 1);
    assert!(matches!(shop.run(again), Ok(Answer::Done(_))));
}
