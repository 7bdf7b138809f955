//! Administration tokens and signing keys.

use seatkeeper_domain::decide::{AddSigningKey, CreateToken, PromoteSigningKey, RevokeToken};
use seatkeeper_domain::id::{SigningKeyId, TokenId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::signing::{SigningKey, Stage};
use seatkeeper_domain::token::Role;

use crate::shop::{Shop, code};

fn token(shop: &mut Shop) -> CreateToken {
    let (label, role) = ("reports".to_owned(), Role::Viewer);
    CreateToken { id: shop.draw().into(), label, role, customer_id: None, hash: [1; 32], expires_at: None }
}

#[test]
fn a_token_is_made_and_revoked_once() {
    let mut shop = Shop::plain();
    let asked = token(&mut shop);
    shop.office(asked.clone()).unwrap();
    shop.pass(60);
    let revoked_at = Some(shop.now());
    shop.office(RevokeToken { id: asked.id }).unwrap();
    shop.pass(60);
    shop.office(RevokeToken { id: asked.id }).unwrap();
    assert_eq!(shop.books().tokens[&asked.id].revoked_at, revoked_at);
    let unknown = TokenId(shop.draw());
    assert_eq!(shop.office(RevokeToken { id: unknown }), Err(Refusal::NotFound { what: "token" }));
}

#[test]
fn a_nonsensical_token_is_refused() {
    let mut shop = Shop::plain();
    let now = shop.now();
    let nobodys = CreateToken { customer_id: Some(shop.draw().into()), ..token(&mut shop) };
    assert_eq!(code(&shop.office(nobodys)), "invalid_request");
    let over = CreateToken { expires_at: Some(now), ..token(&mut shop) };
    assert_eq!(code(&shop.office(over)), "invalid_request");
    let own = Some(shop.customer);
    let asked = token(&mut shop);
    assert_eq!(shop.office_of(own, asked), Err(Refusal::NotFound { what: "token" }), "a customer makes none");
}

fn signing_key(shop: &mut Shop) -> (SigningKeyId, AddSigningKey) {
    let id = SigningKeyId(shop.draw());
    let key = SigningKey {
        id,
        kid: id.to_string(),
        public: [1; 32],
        sealed: vec![2],
        certificate: "certified".to_owned(),
        stage: Stage::Retired,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        retired_at: None,
    };
    (id, AddSigningKey { key })
}

/// First signs at once; the next waits, takes over when promoted, and is replaced by another that waits.
#[test]
fn signing_keys_follow_one_another() {
    let mut shop = Shop::plain();
    assert_eq!(code(&shop.office(PromoteSigningKey)), "conflict");
    let keys: Vec<_> = (0..3).map(|_| signing_key(&mut shop)).collect();
    let stages = |shop: &Shop| -> Vec<Stage> {
        let books = shop.books();
        keys.iter().filter_map(|(id, _)| books.signing_keys.get(id)).map(|key| key.stage).collect()
    };
    shop.office(keys[0].1.clone()).unwrap();
    assert_eq!(stages(&shop), [Stage::Current]);
    shop.office(keys[1].1.clone()).unwrap();
    assert_eq!(stages(&shop), [Stage::Current, Stage::Next]);
    shop.office(keys[2].1.clone()).unwrap();
    assert_eq!(stages(&shop), [Stage::Current, Stage::Retired, Stage::Next]);
    shop.office(PromoteSigningKey).unwrap();
    assert_eq!(stages(&shop), [Stage::Retired, Stage::Retired, Stage::Current]);
    let retired = &shop.books().signing_keys[&keys[0].0];
    assert_eq!(retired.retired_at, Some(shop.now()));
    assert_eq!(code(&shop.office(PromoteSigningKey)), "conflict");
}
