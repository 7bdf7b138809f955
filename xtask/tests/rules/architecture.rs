//! `ARCHITECTURE.md` names what always holds, since code, tests and pages point at it by those names.

use crate::assert_none;
use crate::repository::files;

const INVARIANTS: &[&str] = &[
    "Capacity",
    "Open term change",
    "Durable answers",
    "One holder, one seat",
    "Back-by",
    "Work is never blocked",
    "Explained",
    "Tenants apart",
    "Secrets stay secret",
    "Time is suspect",
];

#[test]
fn every_invariant_is_named() {
    let files = files();
    let page = files.iter().find(|file| file.path == "ARCHITECTURE.md");
    let page = page.expect("ARCHITECTURE.md explains the house to whoever comes new");
    assert_none(
        "ARCHITECTURE.md says of every invariant, in bold, where it is enforced and tested:",
        &unnamed(&page.text),
    );
}

fn unnamed(text: &str) -> Vec<String> {
    INVARIANTS.iter().filter(|name| !text.contains(&format!("**{name}"))).map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_forgotten_invariant_is_seen() {
    let named: String = INVARIANTS[1..].iter().map(|name| format!("**{name}.** ")).collect();
    assert_eq!(unnamed(&named), ["Capacity"]);
}
