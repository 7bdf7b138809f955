//! Product keys: replaced, cut off, made and shown.

use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::{AddKey, CutOffs, RecordKeyShown, RecordKeysShown, Reissue, UpdateKey};
use seatkeeper_domain::id::KeyId;
use seatkeeper_domain::refusal::Refusal;

use crate::shop::{Shop, code, seats};

fn reissue(
    shop: &mut Shop,
    key_id: Option<KeyId>,
    overlap_seconds: u32,
    end_open_at: Option<jiff::Timestamp>,
) -> Reissue {
    let key = shop.new_key("");
    Reissue { license_id: shop.license, key_id, key, overlap_seconds, end_open_at, new_serial_number: None }
}

#[test]
fn a_replaced_key_works_for_the_overlap_and_what_is_open_goes_on() {
    let mut shop = Shop::selling(|terms| terms.grants = seats(9));
    let token = shop.activate("one").unwrap();
    let mut held = shop.open(token, "ann").unwrap();
    let order = reissue(&mut shop, None, 600, None);
    let new = order.key.id;
    let done = shop.office(order).unwrap();
    assert_eq!(done, Done::License { id: shop.license, key_id: Some(new) });
    assert_eq!(shop.books().keys[&new].label, "head office", "the label goes over");
    shop.pass(599);
    shop.activate("two").unwrap();
    shop.open(token, "ben").unwrap();
    shop.pass(1);
    assert_eq!(code(&shop.activate("three")), "key_revoked");
    assert_eq!(code(&shop.open(token, "eve")), "key_revoked");
    for _ in 0..100 {
        shop.pass(600);
        held = shop.refresh(token, &held).unwrap();
    }
    shop.key = new;
    let token = shop.activate("one").unwrap();
    shop.open(token, "eve").unwrap();
    shop.refresh(token, &held).unwrap();
}

#[test]
fn what_is_open_with_a_stolen_key_can_be_ended_at_an_hour() {
    let mut shop = Shop::plain();
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let held = shop.refresh(token, &held).unwrap();
    let end = shop.later(1000);
    let too_early = reissue(&mut shop, None, 2000, Some(end));
    assert_eq!(code(&shop.office(too_early)), "invalid_request", "not before the overlap is over");
    let order = reissue(&mut shop, None, 0, Some(end));
    shop.office(order).unwrap();
    shop.pass(999);
    let times = shop.refresh(token, &held).unwrap().times();
    assert_eq!((times.lease_until, times.grace_until, times.back_by), (end, end, Some(end)));
    shop.pass(1);
    assert_eq!(shop.refresh(token, &held), Err(Refusal::KeyRevoked));
}

#[test]
fn which_key_must_be_said_where_there_are_several() {
    let mut shop = Shop::plain();
    let key = shop.new_key("branch");
    let branch = key.id;
    shop.office(AddKey { license_id: shop.license, key, cut_offs: CutOffs::default() }).unwrap();
    let order = reissue(&mut shop, None, 0, None);
    assert_eq!(code(&shop.office(order)), "invalid_request");
    let order = reissue(&mut shop, Some(branch), 0, None);
    shop.office(order).unwrap();
    shop.activate("head office's device").unwrap();
    let unknown = Some(shop.draw().into());
    let order = reissue(&mut shop, unknown, 0, None);
    assert_eq!(code(&shop.office(order)), "not_found");
}

#[test]
fn a_new_serial_number_comes_with_it_where_asked() {
    let mut shop = Shop::plain();
    let other = shop.offer("SN-2");
    shop.office(other).unwrap();
    for (serial, answer) in [("sn-2", "already_exists"), ("SN-3", "granted")] {
        let replaced = Some(shop.key);
        let mut order = reissue(&mut shop, replaced, 0, None);
        order.new_serial_number = Some(serial.to_owned());
        let before = shop.books();
        assert_eq!(code(&shop.office(order)), answer, "{serial}");
        assert_eq!(shop.books() == before, answer != "granted", "what is refused replaces no key");
    }
    assert_eq!(shop.license().serial_number, "SN-3");
}

/// Each cut-off stops its own thing, at its instant.
#[test]
fn cut_offs_each_stop_their_own_thing() {
    // activate, open, refresh: which is cut off, and what each then answers
    let table = [
        ([true, false, false], ["key_revoked", "granted", "granted"]),
        ([false, true, false], ["granted", "key_revoked", "granted"]),
        // What may not be refreshed is not opened either: its lease would be over at once.
        ([false, false, true], ["granted", "key_revoked", "key_revoked"]),
    ];
    for (cut, answers) in table {
        let mut shop = Shop::selling(|terms| terms.grants = seats(9));
        let token = shop.activate("one").unwrap();
        let held = shop.open(token, "ann").unwrap();
        let at = |cut: bool| cut.then(|| Some(shop.later(60)));
        let [activate_until, open_until, refresh_until] = cut.map(at);
        let (license_id, key_id) = (shop.license, shop.key);
        let order =
            UpdateKey { license_id, key_id, label: None, activate_until, open_until, refresh_until, if_match: None };
        shop.office(order).unwrap();
        shop.pass(59);
        assert!(shop.activate("two").is_ok() && shop.open(token, "ben").is_ok() && shop.refresh(token, &held).is_ok());
        shop.pass(1);
        let told = [code(&shop.activate("three")), code(&shop.open(token, "eve")), code(&shop.refresh(token, &held))];
        assert_eq!(told, answers, "{cut:?}");
        let lifted = Some(None);
        let order = UpdateKey {
            license_id,
            key_id,
            label: Some("branch".to_owned()),
            activate_until: lifted,
            open_until: lifted,
            refresh_until: lifted,
            if_match: None,
        };
        shop.office(order).unwrap();
        shop.open(token, "eve").unwrap();
        assert_eq!(shop.books().keys[&key_id].label, "branch");
    }
}

/// Seen red when the revision is not compared.
#[test]
fn nobody_overwrites_a_change_of_a_key_that_they_have_not_read() {
    let mut shop = Shop::plain();
    let (license_id, key_id) = (shop.license, shop.key);
    let label = |text: &str, if_match| UpdateKey {
        license_id,
        key_id,
        label: Some(text.to_owned()),
        activate_until: None,
        open_until: None,
        refresh_until: None,
        if_match,
    };
    shop.office(label("Bonn", Some(1))).unwrap();
    assert_eq!(code(&shop.office(label("Kiel", Some(1)))), "precondition_failed");
    assert_eq!((shop.books().keys[&key_id].label.as_str(), shop.books().keys[&key_id].revision), ("Bonn", 2));
    shop.office(label("Kiel", Some(2))).unwrap();
    shop.office(label("Jena", None)).unwrap();
    assert_eq!(shop.books().keys[&key_id].revision, 4);
}

#[test]
fn showing_a_key_is_written_down_first() {
    let mut shop = Shop::plain();
    shop.office(RecordKeyShown { license_id: shop.license, key_id: shop.key }).unwrap();
    assert_eq!(shop.events().last().unwrap(), "key.shown");
    let unknown = shop.draw().into();
    assert_eq!(code(&shop.office(RecordKeyShown { license_id: shop.license, key_id: unknown })), "not_found");
}

#[test]
fn many_keys_are_shown_together_or_not_at_all() {
    let mut shop = Shop::plain();
    let known = RecordKeyShown { license_id: shop.license, key_id: shop.key };
    let unknown = RecordKeyShown { license_id: shop.license, key_id: shop.draw().into() };
    let before = shop.events().len();
    assert_eq!(code(&shop.office(RecordKeysShown { keys: vec![known, unknown] })), "not_found");
    assert_eq!(shop.events().len(), before);
    shop.office(RecordKeysShown { keys: vec![known, known] }).unwrap();
    assert_eq!(shop.events()[before..], ["key.shown", "key.shown"]);
}
