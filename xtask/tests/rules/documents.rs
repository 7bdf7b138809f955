//! What documents and comments point at is there: files by name, pages by link, crates and fuzz targets by list. They rot
//! otherwise, the day a file is moved.

use crate::assert_none;
use crate::repository::{File, files};

#[test]
fn files_that_are_named_exist() {
    assert_none(
        "A document or a comment names a file, as `domain/decide/seats.rs`, so that it is found: say where it is now:",
        &lost_files(&files()),
    );
}

#[test]
fn links_lead_somewhere() {
    assert_none("A page links to one that is not there:", &dead_links(&files()));
}

#[test]
fn every_crate_is_on_the_map() {
    assert_none("ARCHITECTURE.md has a row of its map for every crate:", &off_the_map(&files()));
}

#[test]
fn every_fuzz_target_is_listed() {
    assert_none(
        "A fuzz target is a [[bin]] of fuzz/Cargo.toml, named in CONTRIBUTING.md, and tried on stable Rust by tests/fuzz:",
        &unlisted_targets(&files()),
    );
}

/// Names in backticks that end in `.rs`, in pages and in comments. A crate's `src/` is left out of them.
fn lost_files(files: &[File]) -> Vec<String> {
    let short = |path: &str| path.trim_start_matches("crates/").replace("/src/", "/");
    let there: Vec<String> = files.iter().flat_map(|file| [file.path.clone(), short(&file.path)]).collect();
    let is_there = |name: &str| there.iter().any(|path| path == name || path.ends_with(&format!("/{name}")));
    let mut lost = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() || is_page(file)) {
        for (number, line) in (1..).zip(file.text.lines()) {
            let says = is_page(file) || line.trim_start().starts_with("//");
            let names = line.split('`').skip(1).step_by(2).filter(|name| is_file_name(name));
            let gone = names.filter(|name| says && !is_there(name));
            lost.extend(gone.map(|name| format!("{}:{number}: {name}", file.path)));
        }
    }
    lost
}

fn is_page(file: &File) -> bool {
    file.path.ends_with(".md")
}

fn is_file_name(name: &str) -> bool {
    name.ends_with(".rs") && name != ".rs" && name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
}

fn dead_links(files: &[File]) -> Vec<String> {
    let mut dead = Vec::new();
    for page in files.iter().filter(|file| is_page(file)) {
        let folder = page.path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        for link in page.text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let link = link.0.split('#').next().unwrap_or_default();
            let (mut folder, mut rest) = (folder.as_str(), link);
            while let Some(above) = rest.strip_prefix("../") {
                let parent = folder.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
                (folder, rest) = (&folder[..parent], above);
            }
            let elsewhere = link.is_empty() || link.contains("://");
            if !elsewhere && !files.iter().any(|file| file.path == format!("{folder}{rest}")) {
                dead.push(format!("{}: {link}", page.path));
            }
        }
    }
    dead
}

fn off_the_map(files: &[File]) -> Vec<String> {
    let map =
        files.iter().find(|file| file.path == "ARCHITECTURE.md").map(|file| file.text.as_str()).unwrap_or_default();
    let rows: Vec<&str> = map.lines().filter(|line| line.starts_with('|')).collect();
    let manifests = files.iter().filter_map(|file| file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
    let missing = manifests.filter(|name| !rows.iter().any(|row| row.contains(&format!("`{name}`"))));
    missing.map(str::to_owned).collect()
}

fn unlisted_targets(files: &[File]) -> Vec<String> {
    let says = |path: &str, what: &str| files.iter().any(|file| file.path == path && file.text.contains(what));
    let mut unlisted = Vec::new();
    for target in files.iter().filter_map(|file| file.path.strip_prefix("fuzz/fuzz_targets/")?.strip_suffix(".rs")) {
        for (path, what) in [
            ("fuzz/Cargo.toml", format!("path = \"fuzz_targets/{target}.rs\"")),
            ("CONTRIBUTING.md", format!("`{target}`")),
            ("tests/fuzz/main.rs", format!("seatkeeper_tests::{target},")),
        ] {
            if !says(path, &what) {
                unlisted.push(format!("{target} is not in {path}"));
            }
        }
    }
    unlisted
}

mod breaches {
    //! Each rule above, seen to turn red.

    use super::*;

    #[test]
    fn a_file_that_moved_is_seen() {
        let page = File::new("ARCHITECTURE.md", "`domain/decide/seats.rs`, `decide/office.rs` and `a::b`\n");
        let seats = File::new("crates/domain/src/decide/seats.rs", "//! As `seats.rs` says.\nlet x = \"`gone.rs`\";\n");
        assert_eq!(lost_files(&[page, seats]), ["ARCHITECTURE.md:1: decide/office.rs"]);
    }

    #[test]
    fn a_dead_link_is_seen() {
        let page =
            File::new("docs/a.md", "[b](b.md), [up](../README.md#use), [web](https://example.com), [gone](c.md)\n");
        let there = [page, File::new("docs/b.md", ""), File::new("README.md", "")];
        assert_eq!(dead_links(&there), ["docs/a.md: c.md"]);
    }

    #[test]
    fn a_crate_off_the_map_is_seen() {
        let map = File::new("ARCHITECTURE.md", "| `domain` | decides |\n`store` in prose\n");
        let manifest = |name| File::new(&format!("crates/{name}/Cargo.toml"), "");
        assert_eq!(off_the_map(&[map, manifest("domain"), manifest("store")]), ["store"]);
    }

    #[test]
    fn a_fuzz_target_that_nobody_runs_is_seen() {
        let target = File::new("fuzz/fuzz_targets/token.rs", "");
        let manifest = File::new("fuzz/Cargo.toml", "path = \"fuzz_targets/token.rs\"\n");
        assert_eq!(unlisted_targets(&[target, manifest]).len(), 2);
    }
}
