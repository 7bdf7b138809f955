//! Product keys: rolled out with nothing typed, and replaced with nobody interrupted.

use seatkeeper_test_world::{Desk, License, Machine, World};
use serde_json::json;

use crate::{all_go_on, refreshes};

/// "A key that got into the wrong hands is replaced at once. Whoever works goes on working, and the program takes the new key
/// from where your IT put it at its next start."
///
/// Seen red: with `refresh_until` set by a reissue without `end_open_at`, the running program was refused; with the old key
/// still opening, the restart without the new one got in.
#[test]
fn a_compromised_key_is_replaced_with_nobody_interrupted() {
    let world = World::start();
    let old = world.brisk_pool(2);
    let desk = Desk::without_key("Ann", "WS-1", world.server.url());
    desk.write_key_file(&old);
    let mut planner = desk.seated();

    let reissued = world.admin.post(&format!("{}/reissue", old.path()), &json!({})).expect(201);
    let new = License { product_key: reissued["product_key"].as_str().expect("a key").to_owned(), ..old.clone() };
    assert_ne!(new.product_key, old.product_key);
    // The thief gets nowhere.
    let refused = Machine::new("THIEF").ask(&world.server.http(), &old).expect(403);
    assert_eq!(refused["code"], "key_revoked", "{refused}");
    // Who works goes on, with the server's word for it.
    all_go_on(&world, &old, &refreshes(&world, &old));
    assert_eq!(planner.stands().name(), "licensed");
    planner.works();
    planner.quit();
    // A start with the old key says what to do, and one with the new key works.
    let refused = desk.start().comes_to("refused");
    assert_eq!(refused.fact("code"), "key_revoked");
    desk.write_key_file(&new);
    desk.seated();
    let keys = world.admin.get(&format!("{}/keys", old.path())).expect(200);
    let devices = |hint: &str| {
        let keys = keys["items"].as_array().expect("a list has items");
        keys.iter().find(|key| hint.ends_with(key["hint"].as_str().expect("a hint")))?["devices"].as_u64()
    };
    assert_eq!((devices(&old.product_key), devices(&new.product_key)), (Some(0), Some(1)), "{keys}");
}

/// "Your IT can roll the key out so that nobody types anything: in a file or in the environment."
///
/// Seen red: with either source left out of the SDK's `keys.rs`.
#[test]
fn keys_can_be_rolled_out_with_nothing_typed() {
    let world = World::start();
    let license = world.pool(2);
    let by_file = Desk::without_key("Ann", "WS-1", world.server.url());
    let refused = by_file.start().comes_to("refused");
    assert_eq!(refused.fact("code"), "no_key");
    by_file.write_key_file(&license);
    let _ann = by_file.seated();
    let _ben = Desk::new("Ben", "WS-2", world.server.url(), &license).seated();
    assert_eq!(world.in_use(&license), 2);
}
