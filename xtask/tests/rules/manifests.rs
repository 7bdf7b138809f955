//! What every crate's manifest says.

use crate::assert_none;
use crate::repository::{File, files};

#[test]
fn versions_stand_in_one_place() {
    assert_none(
        "Versions stand in the root's [workspace.dependencies], so that each is chosen once:",
        &own_versions(&files()),
    );
}

#[test]
fn every_crate_takes_the_lints() {
    assert_none("A crate without `[lints] workspace = true` escapes every lint in silence:", &without_lints(&files()));
}

fn members(files: &[File]) -> impl Iterator<Item = &File> {
    // The root has no lints of its own to take, and `fuzz` and `size` are workspaces apart.
    let apart = ["Cargo.toml", "fuzz/Cargo.toml", "size/Cargo.toml"];
    files.iter().filter(move |file| file.path.ends_with("Cargo.toml") && !apart.contains(&&*file.path))
}

fn own_versions(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in members(files) {
        let mut in_dependencies = false;
        for line in file.text.lines().map(str::trim) {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies
                && line.contains('=')
                && !line.starts_with('#')
                && !line.replace(' ', "").contains("workspace=true")
            {
                breaches.push(format!("{}: {line}", file.path));
            }
        }
    }
    breaches
}

fn without_lints(files: &[File]) -> Vec<String> {
    members(files)
        .filter(|file| !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| file.path.clone())
        .collect()
}

#[test]
fn an_own_version_is_seen() {
    let text = "[package]\nversion = \"1\"\n[dev-dependencies]\nserde.workspace = true\nrand = \"0.9\"\n";
    let breaches = own_versions(&[File::new("crates/x/Cargo.toml", text)]);
    assert_eq!(breaches, ["crates/x/Cargo.toml: rand = \"0.9\""]);
}

#[test]
fn missing_lints_are_seen() {
    let breaches = without_lints(&[File::new("crates/x/Cargo.toml", "[package]\n")]);
    assert_eq!(breaches, ["crates/x/Cargo.toml"]);
}
