//! What the customer's IT and the vendor's support can see and do.

use seatkeeper_test_world::{License, Machine, World};
use serde_json::{Value, json};

use crate::desk;

/// "Somebody went on holiday and left the program open? Their seat can be released, and they are told."
///
/// Seen red: with `released` sessions still renewed by a refresh in `domain/decide/refresh.rs`.
#[test]
fn a_user_on_holiday_who_forgot_to_close_can_be_released() {
    let world = World::start();
    let license = world.brisk_pool(1);
    let mut ann = desk(&world, &license, 1).seated();
    let ben_desk = desk(&world, &license, 2);
    let mut ben = ben_desk.start();
    ben.comes_to("refused");
    let session = world.sessions(&license).remove(0);
    let path = format!("/v1/sessions/{}/release", session["id"].as_str().expect("an id"));
    let released = world.admin.post(&path, &json!({ "reason": "on holiday until Monday" })).expect(200);
    assert_eq!(released["session_id"], session["id"]);
    // Ann's program may be in the middle of a bridge and not know it yet: until when is said.
    assert!(released["overlap_until"].is_string(), "{released}");
    assert!(released["message"].as_str().is_some_and(|message| !message.is_empty()), "{released}");
    ben.retry();
    ben.comes_to("licensed");
    assert_eq!(ann.comes_to("lost").fact("reason"), "released");
    ann.works();
    // What Ann closes now is nobody else's seat.
    ann.quit();
    assert_eq!(world.in_use(&license), 1);
    assert_eq!(ben.stands().name(), "licensed");
}

/// "Pools and single-user licences are told apart, each with its limit, its serial number and its features."
///
/// Seen red: with the features left out of the licence's answer.
#[test]
fn pools_and_single_user_licences_are_told_apart() {
    let world = World::start();
    let pool = world.license(json!({ "model": "concurrent", "seats": 10, "features": [{ "code": "bim" }] }));
    let single = world.license(json!({ "model": "single_user", "seats": 1, "features": [{ "code": "4d" }] }));
    let listed = world.list(&format!("/v1/licenses?customer_id={}", world.customer_id()));
    let of = |license: &License| listed.iter().find(|one| one["id"] == license.id.as_str()).expect("it is listed");
    for (license, model, seats, feature) in [(&pool, "concurrent", 10, "bim"), (&single, "single_user", 1, "4d")] {
        let seen = of(license);
        assert_eq!((&seen["model"], &seen["seats"]), (&json!(model), &json!(seats)));
        assert_eq!(seen["serial_number"], license.serial_number.as_str());
        assert_eq!(seen["features"], json!([{ "code": feature }]));
        // Programs learn the same, and their user with them.
        let terms = Machine::new(model).activate(&world.server.http(), license).answer["license"].clone();
        assert_eq!((&terms["model"], &terms["seats"]), (&json!(model), &json!(seats)));
        assert_eq!(terms["serial_number"], license.serial_number.as_str());
        assert_eq!(terms["features"][0]["code"], feature);
    }
    let mut planner = desk(&world, &pool, 1).seated();
    assert!(planner.has_feature("bim") && !planner.has_feature("4d"));
}

/// "Your lease licences of old go on, under their serial numbers, until the day they were leased to."
///
/// Seen red: with imported licences given fresh serial numbers.
#[test]
fn legacy_lease_licences_go_on() {
    let world = World::start();
    let lease = |serial: &str, expires_at: &str| {
        json!({
            "customer": world.customer_id(), "product": "planner", "serial_number": serial, "model": "single_user",
            "legacy": "lease", "features": [{ "code": "bim" }],
            "term": { "kind": "subscription", "expires_at": expires_at },
        })
    };
    let (runs, over) = (lease("LEASE-0815", "2099-12-31T00:00:00Z"), lease("LEASE-0816", "2020-12-31T00:00:00Z"));
    let import = |licenses: Value| world.admin.post("/v1/imports", &json!({ "licenses": licenses }));
    // Checked first, and applied whole or not at all.
    let wrong = import(json!([runs, lease("LEASE-0815", "2099-12-31T00:00:00Z")]));
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert!(world.list(&format!("/v1/licenses?customer_id={}", world.customer_id())).is_empty());
    let imported = import(json!([runs, over])).expect(201);
    let [runs, over] = [0, 1].map(|at| with_key(&world, &imported["licenses"][at]));
    assert_eq!(runs.serial_number, "LEASE-0815");
    assert_eq!(world.seen(&runs)["legacy"], "lease");

    let mut planner = desk(&world, &runs, 1).seated();
    assert!(planner.has_feature("bim"));
    let refused = desk(&world, &over, 2).start().comes_to("refused");
    assert_eq!(refused.fact("code"), "license_expired");
}

/// An imported licence with its product key, which is read where it may be.
#[track_caller]
fn with_key(world: &World, imported: &Value) -> License {
    let path = format!("/v1/licenses/{}/keys", imported["id"].as_str().expect("an id"));
    let keys = world.admin.get(&path).expect(200);
    let key = keys["items"][0]["id"].as_str().expect("a key");
    let secret = world.admin.get(&format!("{path}/{key}/secret")).expect(200);
    License {
        id: imported["id"].as_str().expect("an id").to_owned(),
        serial_number: imported["serial_number"].as_str().expect("a serial number").to_owned(),
        product_key: secret["product_key"].as_str().expect("a product key").to_owned(),
    }
}
