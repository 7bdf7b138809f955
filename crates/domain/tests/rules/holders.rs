//! Who counts as one.

use std::collections::BTreeMap;

use seatkeeper_domain::answer::Seat;
use seatkeeper_domain::decide::{Credential, LicensePatch, PolicyPatch};
use seatkeeper_domain::policy::CountBy;
use seatkeeper_domain::refusal::Refusal;

use crate::shop::{Shop, code, seats};

/// Device, user, OS session.
type Somebody = (&'static str, &'static str, Option<&'static str>);

/// Asks for a seat, on a device that is admitted at its first time.
fn ask(shop: &mut Shop, tokens: &mut BTreeMap<&'static str, Credential>, who: Somebody) -> Seat {
    let (device, user, os_session) = who;
    let token = *tokens.entry(device).or_insert_with(|| shop.activate(device).unwrap());
    let mut asked = shop.request(token, user);
    asked.person.os_session = os_session.map(str::to_owned);
    shop.ask(asked).unwrap().seat
}

/// How many seats two somebodies take, by each way of counting.
#[test]
fn who_counts_as_one() {
    const ANN: Somebody = ("pc", "ann", None);
    let ways = [CountBy::Holder, CountBy::User, CountBy::Device];
    let table: [(&str, Somebody, [u32; 3]); 6] = [
        ("two copies", ANN, [1, 1, 1]),
        ("the same name in capitals", ("pc", " ANN ", None), [1, 1, 1]),
        ("two users on one device", ("pc", "ben", None), [2, 2, 1]),
        ("one user on two devices", ("laptop", "ann", None), [2, 1, 2]),
        ("one user in a remote session beside", ("pc", "ann", Some("rdp-1")), [2, 1, 1]),
        ("another user on another device", ("laptop", "ben", None), [2, 2, 2]),
    ];
    for (what, other, seats_taken) in table {
        for (count_by, taken) in ways.into_iter().zip(seats_taken) {
            let mut shop = Shop::selling(|terms| {
                terms.grants = seats(5);
                terms.policy.count_by = Some(count_by);
            });
            let mut tokens = BTreeMap::new();
            assert_eq!(ask(&mut shop, &mut tokens, ANN), Seat::New);
            let seat = ask(&mut shop, &mut tokens, other);
            assert_eq!(seat, if taken == 1 { Seat::Shared } else { Seat::New }, "{what} by {count_by:?}");
            assert_eq!(shop.in_use(), taken, "{what} by {count_by:?}");
        }
    }
}

#[test]
fn a_shared_seat_is_back_when_the_last_copy_is() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let (first, second) = (shop.open(token, "ann").unwrap(), shop.open(token, "ann").unwrap());
    assert_eq!(first.session.id, second.session.id);
    shop.close(token, &first, None).unwrap();
    assert_eq!(shop.in_use(), 1);
    shop.close(token, &first, None).unwrap();
    assert_eq!(shop.in_use(), 1, "a return repeated frees nothing");
    shop.close(token, &second, None).unwrap();
    assert_eq!(shop.in_use(), 0);
}

#[test]
fn who_counts_changes_only_while_nobody_holds_a_seat() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let by_user = || LicensePatch {
        policy: PolicyPatch { count_by: Some(CountBy::User), ..PolicyPatch::default() },
        ..LicensePatch::default()
    };
    assert_eq!(code(&shop.update(by_user())), "count_by_in_use");
    shop.close(token, &held, None).unwrap();
    shop.update(by_user()).unwrap();
}

#[test]
fn invented_names_on_one_device_are_limited() {
    let mut shop = Shop::selling(|terms| {
        terms.grants = seats(10);
        terms.policy.holders_per_device = Some(Some(2));
    });
    let token = shop.activate("pc").unwrap();
    let ann = shop.open(token, "ann").unwrap();
    shop.open(token, "ben").unwrap();
    assert_eq!(code(&shop.open(token, "eve")), "holder_limit");
    shop.open(token, "ann").unwrap();
    let other = shop.activate("laptop").unwrap();
    shop.open(other, "eve").unwrap();
    // One that died is gone by the time the limit is looked at.
    let mut asked = shop.request(token, "ann");
    asked.person.os_session = Some("rdp-1".to_owned());
    let copies = shop.books().live_checkouts(ann.session.id).map(|c| c.id).collect();
    asked.ends = copies;
    shop.ask(asked).unwrap();
}

#[test]
fn a_program_gone_wrong_opens_so_many_copies_and_no_more() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    for _ in 0..256 {
        shop.open(token, "ann").unwrap();
    }
    let told = shop.open(token, "ann").unwrap_err();
    assert_eq!((told.code(), told), ("holder_limit", Refusal::CopyLimit { limit: 256 }));
    assert_eq!(shop.in_use(), 1);
}

#[test]
fn the_same_request_again_is_the_same_seat() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let asked = shop.request(token, "ann");
    let first = shop.ask(asked.clone()).unwrap();
    let again = shop.ask(asked).unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!((first.session.id, shop.live().len(), shop.live()[0].checkouts), (again.session.id, 1, 1));
}
