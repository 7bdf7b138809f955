//! `doctor` on a server that is well, and on each thing that can stand in the way of one.

use crate::serve::Encrypted;
use crate::{Said, Vendor, seatkeeper, text};

fn doctor(words: &[&str]) -> Said {
    Said::of(seatkeeper(&["doctor"]).args(words))
}

/// The line of one thing that was looked at.
#[track_caller]
fn line<'a>(said: &'a Said, what: &str) -> &'a str {
    let line = said.out.lines().find(|line| line.contains(&format!("  {what} ")));
    line.unwrap_or_else(|| panic!("nothing about {what}: {said:?}"))
}

#[test]
fn a_server_that_is_well() {
    let vendor = Vendor::start();
    let said = doctor(&["--url", vendor.server.url()]).done();
    for what in ["proxy", "name", "connection", "server", "clock"] {
        assert!(line(&said, what).starts_with("ok "), "{what}: {}", said.out);
    }
    let found = Said::of(&mut seatkeeper(&["--json", "doctor", "--url", vendor.server.url()])).done().json();
    assert!(found.as_array().is_some_and(|found| found.len() > 4), "{found}");
}

#[test]
fn a_key_is_tried_only_where_asked_and_the_seat_comes_back() {
    let vendor = Vendor::start();
    let license = vendor.pool("1");
    let serial = text(&license, "serial_number");
    let state = tempfile::tempdir().expect("a temporary folder");
    let look = |more: &[&str]| {
        let mut command =
            seatkeeper(&["doctor", "--url", vendor.server.url(), "--product", "planner", "--serial", serial]);
        let command = command.args(more).env("SEATKEEPER_PRODUCT_KEY", text(&license, "product_key"));
        Said::of(command.env("SEATKEEPER_STATE_DIR", state.path()))
    };
    let devices = || vendor.json(&["license", "show", serial])["devices"].as_u64();
    assert!(line(&look(&[]).done(), "seat").starts_with("note"));
    assert_eq!(devices(), Some(0));
    assert!(line(&look(&["--try"]).done(), "seat").starts_with("ok "));
    let license = vendor.json(&["license", "show", serial]);
    assert_eq!((license["devices"].as_u64(), license["in_use"].as_u64()), (Some(1), Some(0)));
    vendor.says(&["license", "suspend", serial, "--reason", "test"]).done();
    let said = look(&["--try"]);
    assert_eq!(said.code, 1);
    assert!(line(&said, "seat").starts_with("fails"), "{said:?}");
}

#[test]
fn each_thing_that_fails_says_what_to_do() {
    let vendor = Vendor::start();
    let url = vendor.server.url();
    let https = url.replace("http:", "https:");
    let other = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for (words, what) in [
        (&["--url", "http://nosuch.invalid"][..], "name"),
        (&["--url", "http://licences.invalid"], "encryption"),
        (&["--url", "http://127.0.0.1:1"], "connection"),
        (&["--url", &https], "TLS"),
        (&["--url", url, "--root-key", other], "root key"),
    ] {
        let said = doctor(words);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(line(&said, what).starts_with("fails"), "{said:?}");
        assert!(said.out.contains("-> "), "{said:?}");
    }
}

#[test]
fn a_certificate_is_judged_by_name_date_and_signer() {
    let good = Encrypted::start(2040);
    let trusted = |server: &Encrypted, host: &str| {
        let url = server.url.replace("localhost", host);
        let mut command = seatkeeper(&["doctor", "--url", &url]);
        Said::of(command.env("SSL_CERT_FILE", &server.certificate))
    };
    assert!(line(&trusted(&good, "localhost").done(), "TLS").contains("good until 2040-01-01"));
    let said = trusted(&good, "127.0.0.1");
    assert!(
        line(&said, "TLS").starts_with("fails") && said.out.contains("use the name that the certificate carries"),
        "{said:?}"
    );
    let said = doctor(&["--url", &good.url]);
    assert!(line(&said, "TLS").starts_with("fails") && said.out.contains("root certificate"), "{said:?}");
    let said = trusted(&Encrypted::start(2020), "localhost");
    assert!(line(&said, "TLS").starts_with("fails") && said.out.contains("renew its certificate"), "{said:?}");
}
