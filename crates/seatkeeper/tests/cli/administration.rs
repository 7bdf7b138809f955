//! An administrator's work by commands: each verb once, by what people call things, and what is printed of it.

use crate::{Said, Vendor, seatkeeper, text};

#[test]
fn a_license_from_issue_to_revocation() {
    let vendor = Vendor::start();
    let issued = vendor
        .says(&[
            "license",
            "issue",
            "--customer",
            "Alpha Bau",
            "--product",
            "planner",
            "--seats",
            "10",
            "--term",
            "subscription:2030-12-31",
            "--feature",
            "bim",
        ])
        .done();
    for line in [
        "serial number  SN-",
        "product key    ",
        "customer       Alpha Bau\n",
        "seats          0 in use of 10",
        "subscription until 2030-12-31 23:59Z",
    ] {
        assert!(issued.out.contains(line), "{line} is not in {}", issued.out);
    }
    let list = vendor.json(&["license", "list", "--customer", "C-1"]);
    let license = &list["items"][0];
    let serial = text(license, "serial_number");
    // People type serial numbers as they like.
    let typed = format!(" {} ", serial.to_lowercase());
    let change = vendor.json(&["license", "change", &typed, "--seats", "12", "--grace", "3d", "--term", "perpetual"]);
    assert_eq!((change["seats"].as_u64(), change["policy"]["grace_seconds"].as_u64()), (Some(12), Some(259_200)));
    let added = vendor.json(&["license", "change", serial, "--add", "3@..2030-03-31#PO-7"]);
    assert_eq!((added["seats"].as_u64(), added["grants"].as_array().map(Vec::len)), (Some(15), Some(2)));

    let status = |words: &[&str]| text(&vendor.json(words), "status").to_owned();
    assert_eq!(status(&["license", "suspend", serial, "--reason", "invoice open"]), "suspended");
    assert_eq!(status(&["license", "resume", serial, "--reason", "paid"]), "active");
    assert_eq!(status(&["license", "revoke", serial, "--reason", "fraud"]), "revoked");
    assert!(vendor.says(&["license", "show", serial]).done().out.contains("because        fraud"));
    vendor.says(&["license", "resume", serial, "--reason", "sorry"]).refused(1, &["(conflict)"]);
}

#[test]
fn product_keys_are_added_changed_shown_and_replaced() {
    let vendor = Vendor::start();
    let license = vendor.pool("5");
    let serial = text(&license, "serial_number");
    let again = vendor.json(&["license", "key", "secret", serial]);
    assert_eq!(text(&again, "product_key"), text(&license, "product_key"));
    let site = vendor.json(&["license", "key", "add", serial, "--label", "Graz", "--activate-until", "2030-01-31"]);
    assert_eq!(text(&site, "activate_until"), "2030-01-31T23:59:59Z");
    let changed =
        vendor.json(&["license", "key", "change", serial, "Graz", "--activate-until", "never", "--label", "Linz"]);
    assert_eq!((&changed["activate_until"], text(&changed, "label")), (&serde_json::Value::Null, "Linz"));
    vendor.says(&["license", "key", "secret", serial]).refused(1, &["which product key?"]);
    let reissued =
        vendor.json(&["license", "reissue", serial, "--key", "Linz", "--overlap", "48h", "--new-serial-number"]);
    assert_ne!(text(&reissued, "product_key"), text(&site, "product_key"));
    assert_ne!(text(&reissued, "serial_number"), serial);
    let keys = vendor.says(&["license", "keys", text(&reissued, "serial_number")]).done().out;
    assert_eq!(keys.lines().count(), 1 + 3, "{keys}");
}

#[test]
fn users_are_blocked_and_let_in_again() {
    let vendor = Vendor::start();
    let license = vendor.pool("5");
    let serial = text(&license, "serial_number");
    let block = vendor.json(&["license", "block", serial, "--user", "Mara", "--reason", "left the company"]);
    assert!(vendor.says(&["license", "blocks", serial]).done().out.contains("left the company"));
    vendor.says(&["license", "unblock", serial, text(&block, "id")]).done();
    assert_eq!(vendor.json(&["license", "blocks", serial])["items"].as_array().map(Vec::len), Some(0));
}

#[test]
fn products_and_customers_are_changed_and_shown() {
    let vendor = Vendor::start();
    vendor.says(&["product", "change", "planner", "--minimum-version", "16"]).done();
    assert!(vendor.says(&["product", "list"]).done().out.contains("planner  Planner  16            bim 4d"));
    let any = vendor.json(&["product", "change", "planner", "--minimum-version", "any"]);
    assert!(any["minimum_version"].is_null());
    vendor
        .says(&[
            "customer",
            "change",
            "C-1",
            "--contact",
            "it@example.com=IT",
            "--metadata",
            "tier=2",
            "--locale",
            "de-AT",
        ])
        .done();
    let shown = vendor.says(&["customer", "show", "Alpha Bau"]).done().out;
    assert!(shown.contains("IT <it@example.com>") && shown.contains("tier=2"), "{shown}");
    let erased = vendor.says(&["customer", "erase-names", "C-1", "--user", "mara"]).done().out;
    assert_eq!(erased, "Names erased in 0 places.\n");
}

#[test]
fn what_is_wrong_is_told_by_field_and_what_is_not_there_by_name() {
    let vendor = Vendor::start();
    vendor
        .says(&["license", "issue", "--customer", "C-1", "--product", "planner", "--seats", "0", "--term", "trial:0"])
        .refused(1, &["(invalid_request)", "\n  seats: ", "\n  term.days: "]);
    vendor.says(&["license", "show", "SN-0000-0000-00"]).refused(1, &["there is no licence \"SN-0000-0000-00\""]);
    vendor.says(&["product", "add", "planner", "--name", "Again"]).refused(1, &["(already_exists)"]);
    let said = vendor.says(&["--json", "product", "add", "planner", "--name", "Again"]);
    let problem: serde_json::Value = serde_json::from_str(&said.err).expect("a script reads the refusal");
    assert_eq!(problem["code"], "already_exists");
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let vendor = Vendor::start();
    let token =
        vendor.says(&["token", "create", "--role", "viewer", "--customer", "C-1", "--label", "portal"]).done().out;
    let viewer = |words: &[&str]| {
        Said::of(seatkeeper(words).env("SEATKEEPER_URL", vendor.server.url()).env("SEATKEEPER_TOKEN", token.trim()))
    };
    viewer(&["license", "list"]).done();
    viewer(&["token", "list"]).refused(1, &["(forbidden)"]);
    let list = vendor.json(&["token", "list"]);
    let items = list["items"].as_array().expect("a list");
    let made = items.iter().find(|token| token["label"] == "portal").expect("it is listed");
    vendor.says(&["token", "revoke", text(made, "id")]).done();
    viewer(&["license", "list"]).refused(1, &["(unauthorized)"]);
}

#[test]
fn lists_end_where_asked_and_go_on_from_there() {
    let vendor = Vendor::start();
    for number in 0..5 {
        vendor.says(&["customer", "add", &format!("Customer {number}")]).done();
    }
    let first = vendor.says(&["customer", "list", "--limit", "2"]).done();
    assert_eq!(first.out.lines().count(), 1 + 2);
    let cursor =
        first.err.split("--cursor ").nth(1).and_then(|rest| rest.split(' ').next()).expect("it says how to go on");
    let rest = vendor.json(&["customer", "list", "--cursor", cursor]);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(4));
    assert!(rest["next_cursor"].is_null());
    let events = vendor.says(&["event", "list"]).done().out;
    assert!(events.contains("customer.added"), "{events}");
}

/// Eight at once: each adds its seat or is told to look again, and none is lost.
#[test]
fn seats_that_two_people_add_at_once_are_all_there() {
    let vendor = Vendor::start();
    let license = vendor.pool("1");
    let serial = text(&license, "serial_number");
    let said: Vec<Said> = std::thread::scope(|scope| {
        let add = |_| scope.spawn(|| vendor.says(&["license", "change", serial, "--add", "1"]));
        let adding: Vec<_> = (0..8).map(add).collect();
        adding.into_iter().map(|one| one.join().expect("it ends")).collect()
    });
    let added = said.iter().filter(|one| one.code == 0).count();
    for refused in said.into_iter().filter(|one| one.code != 0) {
        refused.refused(1, &["(precondition_failed)"]);
    }
    assert!(added > 0, "nobody got through");
    let seats = vendor.json(&["license", "show", serial])["seats"].as_u64();
    assert_eq!(seats, Some(1 + added as u64));
}

#[test]
fn what_was_said_of_a_thing_is_taken_back_by_an_empty_word() {
    let vendor = Vendor::start();
    let license = vendor.pool("5");
    let serial = text(&license, "serial_number");
    let change = |more: &[&str]| vendor.json(&[&["license", "change", serial], more].concat());
    let given = change(&["--feature", "bim", "--metadata", "tier=2", "--external-id", "L-1"]);
    assert_eq!((&given["features"][0]["code"], text(&given, "external_id")), (&"bim".into(), "L-1"));
    let none = change(&["--feature", "", "--metadata", "", "--external-id", ""]);
    assert_eq!(none["features"], serde_json::json!([]));
    assert_eq!((&none["metadata"], &none["external_id"]), (&serde_json::json!({}), &serde_json::Value::Null));
    vendor.says(&["customer", "change", "C-1", "--contact", "it@example.com"]).done();
    let customer = vendor.json(&["customer", "change", "C-1", "--contact", ""]);
    assert_eq!(customer["contacts"], serde_json::json!([]));
    let product = vendor.json(&["product", "change", "planner", "--feature", ""]);
    assert_eq!(product["features"], serde_json::json!([]));
}

/// In many a CRM an id is a UUID, and so is a serial number of some older systems.
#[test]
fn an_id_of_the_vendors_own_may_look_like_one_of_ours() {
    let vendor = Vendor::start();
    let (crm, serial) = ("6f9619ff-8b86-4011-b42d-00c04fc964ff", "0E984725-C51C-4BF4-9960-E1C80E27ABA0");
    vendor.says(&["customer", "add", "Beta Plan", "--external-id", crm]).done();
    assert!(vendor.says(&["customer", "show", crm]).done().out.contains("Beta Plan"));
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("old.csv");
    let rows = format!("customer,product,serial_number,term,seats\n{crm},planner,{serial},perpetual,5\n");
    std::fs::write(&file, rows).expect("a file");
    vendor.says(&["license", "import", file.to_str().expect("text")]).done();
    let license = vendor.json(&["license", "show", serial]);
    // By our own id it is found as before.
    assert_eq!(vendor.json(&["license", "show", text(&license, "id")]), license);
    assert_eq!(vendor.json(&["license", "list", "--customer", text(&license, "customer_id")])["items"][0], license);
}

#[test]
fn tables_say_whose_a_thing_is_and_empty_ones_what_to_do() {
    let vendor = Vendor::start();
    for (list, says) in
        [("license", "license issue"), ("session", "Nobody"), ("denial", "Nobody"), ("activation", "No")]
    {
        let said = vendor.says(&[list, "list"]).done();
        assert_eq!(said.out.lines().count(), 1, "{}", said.out);
        assert!(said.err.contains(says), "{}", said.err);
        let said = vendor.says(&["--json", list, "list"]).done();
        assert_eq!((said.json(), &*said.err), (serde_json::json!({ "items": [], "next_cursor": null }), ""));
    }
    let license = vendor.pool("1");
    let serial = text(&license, "serial_number");
    assert!(vendor.says(&["license", "list"]).done().out.contains(&format!("{serial}  Alpha Bau  planner")));
    let said = vendor.says(&["license", "list", "--product", "planner", "--external-id", "L-1"]).done();
    assert!(said.err.contains("nothing of that kind"), "{}", said.err);
    let key = text(&license, "product_key");
    let mut run = seatkeeper(&["run", "--url", vendor.server.url(), "--serial", serial, "--product", "planner"]);
    let state = tempfile::tempdir().expect("a temporary folder");
    run.args(["--user", "Mara", "--", "true"]).env("SEATKEEPER_PRODUCT_KEY", key);
    Said::of(run.env("SEATKEEPER_STATE_DIR", state.path())).done();
    assert!(vendor.says(&["activation", "list"]).done().out.contains(serial));
    assert!(vendor.says(&["session", "list", "--state", "ended"]).done().out.contains(serial));
}

#[test]
fn nobody_there_is_told_with_the_address() {
    let mut command = seatkeeper(&["product", "list", "--url", "http://127.0.0.1:1"]);
    Said::of(command.env("SEATKEEPER_TOKEN", "skt_x")).refused(1, &["no answer from http://127.0.0.1:1"]);
}
