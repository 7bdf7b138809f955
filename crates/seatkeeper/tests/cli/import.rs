//! Importing what another system sold: checked first, applied whole or not at all, and mistakes named by line.

use std::path::{Path, PathBuf};

use crate::{Vendor, text};

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

#[track_caller]
fn text_of(vendor: &Vendor, words: &[&str], member: &str) -> String {
    text(&vendor.json(words), member).to_owned()
}

fn licenses(vendor: &Vendor) -> usize {
    vendor.json(&["license", "list"])["items"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_file_is_checked_then_brought_in_whole() {
    let vendor = Vendor::start();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let good = "customer,customer_name,product,serial_number,term,seats,legacy\n\
                C-1,Alpha Bau,planner,OLD-1,subscription:2030-12-31,,lease\n\
                C-2,Beta Plan,planner,OLD-2,perpetual,7,\n\
                C-2,Beta Plan,planner,OLD-3,subscription:2020-12-31,,lease\n";
    let good = file(dir.path(), "good.csv", good);
    let path = good.to_str().expect("text");
    let said = vendor.says(&["license", "import", path, "--dry-run"]).done();
    assert_eq!(said.out, "Nothing is wrong. It would import 1 customer and 3 licences.\n");
    assert_eq!(licenses(&vendor), 0);
    let said = vendor.says(&["license", "import", path]).done();
    assert_eq!(said.out, "Imported 1 customer and 3 licences.\n");
    let old = vendor.json(&["license", "show", "old-1"]);
    assert_eq!((&old["model"], &old["legacy"]), (&"single_user".into(), &"lease".into()));
    // What had ended there has ended here.
    assert_eq!(vendor.json(&["license", "show", "OLD-3"])["status"], "expired");
    let listed =
        vendor.json(&["license", "list", "--customer", "C-2", "--product", "planner", "--model", "single-user"]);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    // A second time everything is there, and nothing is doubled.
    vendor.says(&["license", "import", path]).refused(1, &["line 2, serial_number: ", "line 4, serial_number: "]);
    assert_eq!(licenses(&vendor), 3);
}

/// Two hundred and fifty, so that lists have more than one page.
#[test]
fn the_keys_of_what_was_imported_are_printed_in_one_go_and_each_is_recorded() {
    let vendor = Vendor::start();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let row = |number| format!("C-2;Beta Plan;planner;OLD-{number};perpetual;5\n");
    let rows: String = (0..250).map(row).collect();
    // As a spreadsheet saves it where semicolons part cells.
    let text = format!("\u{feff}customer;customer_name;product;serial_number;term;seats\n{rows}");
    let many = file(dir.path(), "many.csv", &text);
    let said = vendor.says(&["license", "import", "--keys", many.to_str().expect("text")]).done();
    assert_eq!(said.err, "Imported 1 customer and 250 licences.\n");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (251, "customer,product,serial_number,product_key,label"));
    assert!(lines[250].starts_with("Beta Plan,planner,OLD-249,"), "{}", lines[250]);
    // They are the keys: one of them lets a device in.
    let key = lines[250].split(',').nth(3).expect("a product key");
    assert_eq!(text_of(&vendor, &["license", "key", "secret", "OLD-249"], "product_key"), key);

    // Later, and for some: what was revoked and what was replaced is left out, what somebody else bought as well.
    let other = vendor.pool("1");
    vendor.says(&["license", "revoke", "OLD-0", "--reason", "returned"]).done();
    vendor.says(&["license", "reissue", "OLD-1"]).done();
    let export = vendor.json(&["license", "key", "export", "--customer", "C-2", "--product", "planner"]);
    let items = export["items"].as_array().expect("a list");
    assert_eq!(items.len(), 249);
    let serial = &other["serial_number"];
    assert!(items.iter().all(|item| item["serial_number"] != *serial && item["serial_number"] != "OLD-0"));
    assert_eq!(vendor.says(&["license", "list", "--customer", "C-2"]).done().out.lines().count(), 1 + 250);

    let events = vendor.json(&["event", "list", "--limit", "10000"]);
    let shown = events["items"].as_array().expect("a list").iter().filter(|event| event["kind"] == "key.shown").count();
    assert_eq!(shown, 250 + 1 + 249);
}

#[test]
fn a_customer_that_is_there_is_entered_once_by_whatever_it_is_called() {
    let vendor = Vendor::start();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let id = text_of(&vendor, &["customer", "show", "C-1"], "id");
    let text =
        format!("customer,customer_name,product,serial_number,term,seats\n{id},Alpha Bau,planner,OLD-1,perpetual,5\n");
    let path = file(dir.path(), "by-id.csv", &text);
    let said = vendor.says(&["license", "import", path.to_str().expect("text")]).done();
    assert_eq!(said.out, "Imported 0 customers and 1 licence.\n");
    assert!(said.err.contains("license key export"), "{}", said.err);
}

#[test]
fn one_wrong_line_leaves_nothing() {
    let vendor = Vendor::start();
    let dir = tempfile::tempdir().expect("a temporary folder");
    // The server's mistake: a product that is not there; found only by asking it.
    let bad =
        "customer,product,serial_number,term,seats\nC-1,planner,OLD-1,perpetual,5\nC-1,nothing,OLD-2,perpetual,5\n";
    let bad = file(dir.path(), "bad.csv", bad);
    vendor.says(&["license", "import", bad.to_str().expect("text")]).refused(1, &["line 3, product: is no product"]);
    // Our own: found with no server.
    let worse = file(dir.path(), "worse.csv", "customer,product,serial_number,term\nC-1,planner,OLD-1,some day\n");
    vendor.says(&["license", "import", worse.to_str().expect("text")]).refused(1, &["line 2, term: "]);
    assert_eq!(licenses(&vendor), 0);
}

#[test]
fn json_is_the_apis_own_document() {
    let vendor = Vendor::start();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let text = r#"{ "customers": [{ "name": "Beta", "external_id": "C-2" }], "licenses": [
        { "customer": "C-2", "product": "planner", "serial_number": "OLD-9", "model": "concurrent", "seats": 4, "term": { "kind": "perpetual" } }
    ] }"#;
    let path = file(dir.path(), "licences.json", text);
    let done = vendor.json(&["license", "import", path.to_str().expect("text")]);
    assert_eq!(done["licenses"][0]["serial_number"], "OLD-9");
    let wrong = file(dir.path(), "wrong.json", r#"{ "licences": [] }"#);
    vendor.says(&["license", "import", wrong.to_str().expect("text")]).refused(1, &["licences", "line 1"]);
    let odd = file(dir.path(), "licences.txt", text);
    vendor.says(&["license", "import", odd.to_str().expect("text")]).refused(2, &[".csv or .json"]);
}
