//! The pure crates read no clock, draw no random number and touch nothing outside themselves.
//!
//! Elsewhere clippy forbids the ambient clock (`clippy.toml`); here not even its exceptions hold.

use crate::assert_none;
use crate::repository::{File, files};

const PURE: &[&str] = &["crates/domain/src/", "crates/protocol/src/"];

/// What each would bring in.
const IMPURE: &[(&str, &str)] = &[
    ("Timestamp::now", "a clock"),
    ("Zoned::now", "a clock"),
    ("SystemTime", "a clock"),
    ("Instant::now", "a clock"),
    ("now_v7", "a clock and randomness"),
    ("new_v4", "randomness"),
    ("getrandom", "randomness"),
    ("rand::", "randomness"),
    ("std::fs", "files"),
    ("std::net", "the network"),
    ("std::env", "the environment"),
    ("std::process", "other processes"),
    ("std::thread", "threads"),
];

#[test]
fn pure_crates_are_pure() {
    assert_none(
        "A decision is a function of its arguments: `now`, fresh ids and facts are handed in, so that tests can \
         invent them and a batch can run again:",
        &impure(&files()),
    );
}

fn impure(files: &[File]) -> Vec<String> {
    let pure = |file: &&File| PURE.iter().any(|folder| file.path.starts_with(folder));
    let mut breaches = Vec::new();
    for file in files.iter().filter(pure) {
        for (number, line) in file.code() {
            for (word, what) in IMPURE {
                if line.contains(word) {
                    breaches.push(format!("{}:{number} brings in {what}: {word}", file.path));
                }
            }
        }
    }
    breaches
}

#[test]
fn a_clock_in_the_domain_is_seen() {
    let text = "//! Says Timestamp::now in prose.\nlet now = jiff::Timestamp::now();\n";
    let breaches =
        impure(&[File::new("crates/domain/src/seat.rs", text), File::new("crates/store/src/clock.rs", text)]);
    assert_eq!(breaches, ["crates/domain/src/seat.rs:2 brings in a clock: Timestamp::now"]);
}
