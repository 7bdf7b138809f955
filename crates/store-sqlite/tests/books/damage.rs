//! What `check` finds, each kind of damage made by hand behind the server's back.

use rusqlite::Connection;
use seatkeeper_domain::event::Event;
use seatkeeper_store::read::Scope;
use seatkeeper_store::write::Finding;
use seatkeeper_store::{Reader, Upkeep};

use crate::shop::{Shop, Sold};

/// Books in which something happened: two people at work, one who left, one who was refused.
fn busy() -> (Shop, Sold) {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 2);
    let device = shop.device(sold, "WS-1");
    shop.seat(device, "ann");
    let gone = shop.seat(device, "bob");
    let refused = shop.checkout(device, "carl");
    shop.run(refused).unwrap_err();
    shop.give_back(device, &gone);
    shop.seat(device, "dora");
    assert_eq!(check(&shop), [], "sound books");
    (shop, sold)
}

fn check(shop: &Shop) -> Vec<Finding> {
    shop.upkeep().check(&mut |_, _| {}).unwrap()
}

/// Changes the file as somebody with an editor for databases would.
fn by_hand(shop: &Shop, sql: &str) -> usize {
    let conn = Connection::open(shop.file()).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.execute(sql, ()).unwrap()
}

/// The details of what is found of one kind, and that nothing else is.
#[track_caller]
fn found(shop: &Shop, what: &str) -> Vec<String> {
    let findings = check(shop);
    assert!(findings.iter().all(|finding| finding.what == what), "{findings:?}");
    findings.into_iter().map(|finding| finding.detail).collect()
}

#[test]
fn counters_that_are_not_their_rows() {
    let cases = [
        ("UPDATE counters SET in_use = in_use - 1", "counts 1 seats in use, and 2 sessions are live"),
        ("UPDATE counters SET devices = 7", "counts 7 devices, and 1 are admitted"),
        ("UPDATE sessions SET checkouts = 3 WHERE user_folded = 'ann'", "counts 3 copies, and 1 checkouts are live"),
        ("UPDATE checkouts SET ended_at = 1, end_reason = 1 WHERE session = 1", "counts 1 copies, and 0 checkouts"),
    ];
    for (sql, expected) in cases {
        let (shop, _) = busy();
        assert!(by_hand(&shop, sql) > 0, "{sql}");
        let found = found(&shop, "counters");
        assert_eq!(found.len(), 1, "{sql}: {found:?}");
        assert!(found[0].contains(expected), "{sql}: {found:?}");
    }
}

#[test]
fn the_database_itself_refuses_more_seats_than_there_are() {
    let (shop, _) = busy();
    let conn = Connection::open(shop.file()).unwrap();
    let refused = conn.execute("UPDATE counters SET in_use = ceiling + 1", ()).unwrap_err();
    assert!(refused.to_string().contains("CHECK"), "{refused}");
}

#[test]
fn an_altered_event() {
    for column in ["kind = x'61'", "actor = x'61'", "body = x'7B7D'", "at = at + 1", "hash = zeroblob(32)"] {
        let (shop, sold) = busy();
        let number = first_of(&shop, sold) + 1;
        by_hand(&shop, &format!("UPDATE events SET {column} WHERE number = {number}"));
        let found = found(&shop, "chain");
        assert!(found[0].contains(&format!("event {number} of the lane")), "{column}: {found:?}");
        assert!(found[0].contains("altered"), "{column}: {found:?}");
    }
}

/// Somebody who alters the last event and knows how hashes are made is still found: the head is not the event's.
#[test]
fn an_altered_last_event_with_a_fresh_hash() {
    let (shop, sold) = busy();
    let events = shop.reader().events(Scope::Vendor, &[], 1_000).unwrap();
    let of_license: Vec<_> = events.iter().filter(|e| e.event.stream.id() == sold.license.0).collect();
    let [.., before, last] = of_license.as_slice() else { panic!("two events at least") };
    let altered = Event { actor: "job".to_owned(), ..last.event.clone() };
    let conn = Connection::open(shop.file()).unwrap();
    let sql = "UPDATE events SET actor = CAST('job' AS BLOB), hash = ?1 WHERE number = ?2";
    conn.execute(sql, (altered.hash_after(&before.event.hash), last.lane_number.cast_signed())).unwrap();
    let found = found(&shop, "chain");
    assert!(found[0].contains("is not the one that it says"), "{found:?}");
}

#[test]
fn a_missing_event() {
    let (shop, sold) = busy();
    let number = first_of(&shop, sold) + 1;
    by_hand(&shop, &format!("DELETE FROM events WHERE number = {number}"));
    let found = found(&shop, "chain");
    assert!(found.iter().any(|f| f.contains(&format!("event {number} of the lane is missing"))), "{found:?}");
    assert!(found.iter().any(|f| f.contains("one is missing or out of place")), "{found:?}");
}

#[test]
fn events_that_were_cut_off() {
    let (shop, sold) = busy();
    let last: u64 = shop.reader().events(Scope::Vendor, &[], 1_000).unwrap().len() as u64;
    by_hand(&shop, &format!("DELETE FROM events WHERE number > {}", last - 2));
    let both = found(&shop, "chain");
    assert!(
        both.iter().any(|f| f.contains(&format!("events {} to {last} of the lane are missing", last - 1))),
        "{both:?}"
    );
    assert!(
        both.iter().any(|f| f.contains(&format!("licence {} are missing: they were cut off", sold.license))),
        "{both:?}"
    );
    by_hand(&shop, &format!("UPDATE lanes SET sequence = {}", last - 2));
    let chain = found(&shop, "chain");
    assert_eq!(chain.len(), 1, "the lane may be cut as well, the chain tells: {chain:?}");
}

#[test]
fn events_in_another_order() {
    let (shop, sold) = busy();
    let first = first_of(&shop, sold);
    for (from, to) in [(first + 1, 900), (first + 2, first + 1), (900, first + 2)] {
        assert_eq!(by_hand(&shop, &format!("UPDATE events SET number = {to} WHERE number = {from}")), 1);
    }
    let found = found(&shop, "chain");
    assert!(found[0].contains("out of place"), "{found:?}");
}

#[test]
fn a_chain_whose_owner_is_gone() {
    let (shop, _) = busy();
    by_hand(&shop, "DELETE FROM counters");
    by_hand(&shop, "DELETE FROM licenses");
    let findings = check(&shop);
    assert!(findings.iter().any(|f| f.what == "chain" && f.detail.contains("cannot be read")), "{findings:?}");
    assert!(findings.iter().any(|f| f.what == "integrity" && f.detail.contains("is gone")), "{findings:?}");
}

#[test]
fn names_that_were_not_those() {
    let cases = [
        ("UPDATE sessions SET user_folded = 'eve', user_written = NULL WHERE user_folded = 'ann'", "session"),
        ("UPDATE sessions SET device_name = 'WS-2' WHERE user_folded = 'ann'", "session"),
        ("UPDATE sessions SET salt = NULL WHERE user_folded = 'ann'", "session"),
        ("UPDATE denials SET user_folded = 'eve'", "denial"),
        ("UPDATE activations SET device_name = 'WS-2'", "activation"),
    ];
    for (sql, what) in cases {
        let (shop, _) = busy();
        assert_eq!(by_hand(&shop, sql), 1, "{sql}");
        let found = found(&shop, "names");
        assert!(found[0].contains(&format!("the names of {what}")), "{sql}: {found:?}");
    }
}

#[test]
fn names_that_were_erased_are_no_damage() {
    let (shop, _) = busy();
    by_hand(&shop, "UPDATE sessions SET user_folded = NULL, user_written = NULL, device_name = NULL, salt = NULL");
    assert_eq!(check(&shop), []);
}

#[test]
fn a_damaged_page_is_found_and_said() {
    let (shop, _) = busy();
    let dir = shop.close().unwrap();
    let file = dir.path().join("seatkeeper.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let page = 4096 * 4;
    bytes[page..page + 4096].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    let said = match seatkeeper_store_sqlite::Books::open(dir.path()) {
        Ok(books) => {
            let clock = std::sync::Arc::new(seatkeeper_store::SteadyClock::starting(books.last_instant()));
            let findings = books.upkeep(clock).check(&mut |_, _| {}).unwrap();
            findings.into_iter().find(|finding| finding.what == "integrity").map(|finding| finding.detail)
        }
        Err(error) => Some(error.to_string()),
    };
    assert!(said.is_some(), "nothing was said of a page that is rubbish");
}

/// The place of a licence's first event on the lane.
fn first_of(shop: &Shop, sold: Sold) -> u64 {
    let events = shop.reader().events(Scope::Vendor, &[], 1_000).unwrap();
    events.iter().find(|e| e.event.stream.id() == sold.license.0).map(|e| e.lane_number).unwrap()
}
