//! `event list --follow`: what happens, as it happens.

use seatkeeper_test_support::Process;

use crate::{Vendor, seatkeeper, text};

/// Seen red when a server that stops ends the following.
#[test]
fn events_are_told_as_they_happen_and_after_a_restart_go_on_where_they_were() {
    let mut vendor = Vendor::start();
    let cursor = vendor.json(&["event", "list"]);
    let mut command = seatkeeper(&["event", "list", "--follow", "--cursor", text(&cursor, "next_cursor")]);
    command.env("SEATKEEPER_URL", vendor.server.url()).env("SEATKEEPER_TOKEN", &vendor.token);
    let mut following = Process::start(&mut command);
    let add = |vendor: &Vendor, name: &str| drop(vendor.says(&["customer", "add", name, "--external-id", name]).done());
    add(&vendor, "C-2");
    let told = following.hear("");
    vendor.server.stop();
    vendor.server.restart();
    add(&vendor, "C-3");
    let next = following.hear("");
    assert!(told.contains("customer.added") && next.contains("customer.added"), "{told}\n{next}");
    assert_eq!(following.stdout().lines().count(), 2, "each is told once: {}", following.stdout());
}
