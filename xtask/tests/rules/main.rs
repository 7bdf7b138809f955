//! The repository's own rules, as tests. Each says its reason when it is broken, and is itself tested on a breach.
//!
//! They read the manifests and the text of the sources; they run none of the code.

mod architecture;
mod dependencies;
mod documents;
mod manifests;
mod purity;
mod repository;
mod sizes;
mod sources;
mod sql;

/// Fails with every breach on a line of its own, and the rule's reason above them.
fn assert_none(reason: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{reason}\n  {}\n", breaches.join("\n  "));
}
