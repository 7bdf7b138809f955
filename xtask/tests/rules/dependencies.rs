//! Who may depend on whom. Arrows point down; a new crate or arrow is a decision, taken here.

use crate::assert_none;
use crate::repository::{Package, output, packages};

/// Each crate of ours, and those of ours that it may be built from.
const ARROWS: &[(&str, &[&str])] = &[
    ("seatkeeper-domain", &[]),
    ("seatkeeper-protocol", &[]),
    ("seatkeeper-client", &["seatkeeper-protocol"]),
    ("seatkeeper-store", &["seatkeeper-domain"]),
    ("seatkeeper-store-sqlite", &["seatkeeper-store", "seatkeeper-domain"]),
    ("seatkeeper-store-postgres", &["seatkeeper-store", "seatkeeper-domain"]),
    ("seatkeeper-service", &["seatkeeper-store", "seatkeeper-domain", "seatkeeper-protocol"]),
    ("seatkeeper-api", &["seatkeeper-service", "seatkeeper-protocol", "seatkeeper-domain"]),
    ("seatkeeper-portal", &["seatkeeper-service", "seatkeeper-domain"]),
    (
        "seatkeeper",
        &[
            "seatkeeper-api",
            "seatkeeper-portal",
            "seatkeeper-service",
            "seatkeeper-store",
            "seatkeeper-store-sqlite",
            "seatkeeper-store-postgres",
            "seatkeeper-client",
            "seatkeeper-protocol",
            "seatkeeper-domain",
        ],
    ),
    ("seatkeeper-test-support", &[]),
    ("seatkeeper-test-world", &["seatkeeper-test-support"]),
    ("seatkeeper-test-browser", &["seatkeeper-test-support"]),
    (
        "seatkeeper-bench",
        &[
            "seatkeeper-api",
            "seatkeeper-store",
            "seatkeeper-store-sqlite",
            "seatkeeper-store-postgres",
            "seatkeeper-protocol",
            "seatkeeper-domain",
            "seatkeeper-test-support",
        ],
    ),
    ("seatkeeper-tests", &["seatkeeper-protocol", "seatkeeper-domain"]),
    ("xtask", &["seatkeeper-test-support", "seatkeeper-protocol"]),
];

/// Others' crates that a pure crate may be built from: data and arithmetic, no I/O.
const PURE: &[(&str, &[&str])] = &[
    ("seatkeeper-domain", &["jiff", "uuid", "serde", "serde_json", "sha2", "thiserror"]),
    ("seatkeeper-protocol", &["jiff", "uuid", "serde", "serde_json", "base64", "thiserror", "utoipa"]),
];

/// Never in the SDK, however deep: it is a guest in somebody else's program.
const NOT_IN_THE_SDK: &[&str] = &["tokio", "async-std", "smol", "async-executor", "openssl"];

#[test]
fn arrows_point_down() {
    assert_none(
        "Arrows point down, so that what decides about seats stands free of how it is stored, served and shown:",
        &wrong_arrows(&packages()),
    );
}

#[test]
fn pure_crates_use_no_io_crate() {
    assert_none(
        "A pure crate is built from data and arithmetic alone, so that every decision can be tested and replayed:",
        &impure(&packages()),
    );
}

#[test]
fn the_sdk_brings_no_runtime() {
    assert_none(
        "The SDK is a guest in the vendor's program: it brings no async runtime and stays small:",
        &in_the_sdk(&output("cargo", &["tree", "--package=seatkeeper-client", "--edges=normal", "--prefix=none"])),
    );
}

fn wrong_arrows(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages {
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            breaches.push(format!("{} is new: say in ARROWS what it may use", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let target = dependency.name.as_str();
            if !ARROWS.iter().any(|(name, _)| *name == target) {
                continue;
            }
            if target == "seatkeeper" {
                breaches.push(format!("{} → seatkeeper: the binary wires, nothing depends on it", package.name));
            } else if !dependency.development && !may.contains(&target) {
                breaches.push(format!("{} → {target}", package.name));
            }
        }
    }
    breaches
}

fn impure(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (name, may) in PURE {
        let package = packages.iter().find(|package| package.name == *name);
        let package = package.unwrap_or_else(|| panic!("PURE names {name}, which is gone"));
        for dependency in &package.dependencies {
            if !dependency.development && !may.contains(&dependency.name.as_str()) {
                breaches.push(format!("{name} → {}", dependency.name));
            }
        }
    }
    breaches
}

fn in_the_sdk(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut breaches: Vec<String> = names.filter(|name| NOT_IN_THE_SDK.contains(name)).map(str::to_owned).collect();
    breaches.dedup();
    breaches
}

mod breaches {
    //! Each rule above, seen to turn red.

    use super::*;
    use crate::repository::Dependency;

    fn package(name: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|(name, development)| Dependency { name: (*name).to_owned(), development: *development });
        Package { name: name.to_owned(), dependencies: dependencies.collect() }
    }

    #[test]
    fn an_upward_arrow_is_seen() {
        let up = package("seatkeeper-store", &[("seatkeeper-service", false)]);
        assert_eq!(wrong_arrows(&[up]), ["seatkeeper-store → seatkeeper-service"]);
    }

    #[test]
    fn the_binary_is_no_ones_dependency_even_in_tests() {
        let up = package("seatkeeper-api", &[("seatkeeper", true)]);
        assert_eq!(wrong_arrows(&[up]).len(), 1);
    }

    #[test]
    fn a_crate_without_arrows_is_seen() {
        assert_eq!(wrong_arrows(&[package("seatkeeper-new", &[])]).len(), 1);
    }

    #[test]
    fn tests_may_use_a_neighbour() {
        let test = package("seatkeeper-service", &[("seatkeeper-store-sqlite", true)]);
        assert_none("", &wrong_arrows(&[test]));
    }

    #[test]
    fn an_io_crate_in_the_domain_is_seen() {
        let packages = [
            package("seatkeeper-domain", &[("tokio", false), ("proptest", true)]),
            package("seatkeeper-protocol", &[]),
        ];
        assert_eq!(impure(&packages), ["seatkeeper-domain → tokio"]);
    }

    #[test]
    fn a_runtime_in_the_sdk_is_seen() {
        let tree = "seatkeeper-client v0.1.0\nureq v3.0.0\ntokio v1.0.0\ntokio v1.0.0 (*)\n";
        assert_eq!(in_the_sdk(tree), ["tokio"]);
    }
}
