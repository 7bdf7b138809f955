//! What no file of the repository says.

use crate::assert_none;
use crate::repository::{File, files};

/// Words that put work off; in two halves, so that this file says none of them.
const UNFINISHED: &[&str] = &[concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[ig", "nore")];

/// Where one person's machine begins; in two halves as well.
const MACHINES: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers\\"),
];

/// The only lint exception: clippy's bans name their one rightful caller (`clippy.toml`).
const EXCEPTION: &str = "expect(clippy::disallowed_methods, reason = ";

#[test]
fn nothing_is_put_off() {
    assert_none(
        "Done is done: no placeholder and no test that is left out:",
        &matching(&files(), |file, line| file.is_rust() && UNFINISHED.iter().any(|word| line.contains(word))),
    );
}

#[test]
fn no_lint_is_silenced() {
    assert_none(
        "A lint is heeded, or changed for all in Cargo.toml with a reason; `clippy.toml` names the one exception:",
        &matching(&files(), silences),
    );
}

#[test]
fn no_machine_is_named() {
    assert_none(
        "The repository works anywhere: no absolute path of somebody's machine:",
        &matching(&files(), |_, line| names_a_machine(line)),
    );
}

#[test]
fn every_module_says_what_it_is_for() {
    assert_none(
        "Every file starts with a sentence on what it is for and what it must not know (`//!`):",
        &without_purpose(&files()),
    );
}

#[test]
fn tests_that_mount_disks_say_so() {
    assert_none(
        "A test that mounts a disk needs root: `as_root` in its name lets everybody else leave it out:",
        &mounting_unsaid(&files()),
    );
}

fn matching(files: &[File], breaks: impl Fn(&File, &str) -> bool) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        for (number, line) in file.code() {
            if breaks(file, line) {
                breaches.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    breaches
}

fn silences(file: &File, line: &str) -> bool {
    let attribute = line.trim_start().starts_with("#[") || line.trim_start().starts_with("#![");
    let lints = line.contains("allow(") || line.contains("expect(");
    let manifest = file.path.ends_with("Cargo.toml") && line.contains("\"allow\"");
    (file.is_rust() && attribute && lints && !line.contains(EXCEPTION)) || manifest
}

/// A machine's path begins a word: an address such as `https://host/work/` has none.
fn names_a_machine(line: &str) -> bool {
    MACHINES.iter().any(|place| {
        line.match_indices(place).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|c| c.is_whitespace() || "\"'`(=:[<>,".contains(c))
        })
    })
}

fn mounting_unsaid(files: &[File]) -> Vec<String> {
    let mut unsaid = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for test in file.text.split("#[test]\n").skip(1).filter(|test| mounts(test)) {
            let name = test.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
            if !name.contains("as_root") {
                unsaid.push(format!("{}: {name}", file.path));
            }
        }
    }
    unsaid
}

fn mounts(test: &str) -> bool {
    [concat!("Disk::", "ext4("), concat!("Disk::", "tmpfs(")].iter().any(|disk| test.contains(disk))
}

fn without_purpose(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.is_rust())
        .filter(|file| {
            let mut lines = file.text.lines().filter(|line| !line.starts_with("#!["));
            !lines.next().is_some_and(|line| line.starts_with("//! "))
        })
        .map(|file| file.path.clone())
        .collect()
}

mod breaches {
    //! Each rule above, seen to turn red.

    use super::*;

    #[test]
    fn a_placeholder_is_seen() {
        let text = format!("{}\"later\")\n", UNFINISHED[0]);
        let found = matching(&[File::new("a.rs", &text)], |_, line| UNFINISHED.iter().any(|word| line.contains(word)));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_silenced_lint_is_seen() {
        // Texts that the rule is to find; nothing is silenced here.
        let rust = File::new("a.rs", "");
        assert!(silences(&rust, "#![allow(dead_code)]"));
        assert!(silences(&rust, "    #[cfg_attr(test, allow(unused))]"));
        assert!(silences(&rust, "#[expect(dead_code)]"));
        assert!(!silences(&rust, "if limiter.allow(address) {"));
        let clock = "#[expect(clippy::disallowed_methods, reason = \"the clock itself\")]";
        assert!(!silences(&rust, clock));
        assert!(silences(&File::new("x/Cargo.toml", ""), "missing_docs = \"allow\""));
    }

    #[test]
    fn a_machine_is_seen() {
        let home = MACHINES[0];
        assert!(names_a_machine(&format!("let data = \"{home}ann/data\";")));
        assert!(names_a_machine(&format!("{home}ann/data")));
        assert!(!names_a_machine(&format!("https://example.com{home}page")));
    }

    #[test]
    fn a_mount_in_secret_is_seen() {
        let mount = concat!("let disk = Disk::", "ext4(64);");
        let text = format!("#[test]\nfn a_disk_fills() {{ {mount} }}\n#[test]\nfn another_as_root() {{ {mount} }}\n");
        assert_eq!(mounting_unsaid(&[File::new("a.rs", &text)]), ["a.rs: a_disk_fills"]);
    }

    #[test]
    fn a_module_without_purpose_is_seen() {
        let bare = File::new("a.rs", "use std::fs;\n");
        let fuzz = File::new("b.rs", "#![no_main]\n//! Feeds the parser.\n");
        assert_eq!(without_purpose(&[bare, fuzz]), ["a.rs"]);
    }
}
