//! Files that one can hold in the head.

use crate::assert_none;
use crate::repository::{File, files};

/// Lines past which a file has to say why it is not two.
const LONG: usize = 400;

/// `path: reason` a line; `#` starts a comment.
const REASONS: &str = include_str!("../../long-files.txt");

#[test]
fn long_files_have_a_reason() {
    assert_none(
        &format!("A file past {LONG} lines is split, or its reason stands in xtask/long-files.txt as `path: reason`:"),
        &unexplained(&files(), REASONS),
    );
}

fn unexplained(files: &[File], reasons: &str) -> Vec<String> {
    let explained: Vec<&str> = reasons
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, reason)| !reason.trim().is_empty())
        .map(|(path, _)| path)
        .collect();
    let long: Vec<(&str, usize)> = files
        .iter()
        .filter(|file| is_source(&file.path))
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONG)
        .collect();
    let missing = long
        .iter()
        .filter(|(path, _)| !explained.contains(path))
        .map(|(path, lines)| format!("{path} has {lines} lines"));
    let stale = explained
        .iter()
        .filter(|path| !long.iter().any(|(long, _)| long == *path))
        .map(|path| format!("{path} is no longer that long, or gone: take its reason out"));
    missing.chain(stale).collect()
}

fn is_source(path: &str) -> bool {
    let kinds = ["rs", "c", "h", "sql", "py", "js", "css", "html", "sh"];
    path.rsplit_once('.').is_some_and(|(_, kind)| kinds.contains(&kind))
}

#[test]
fn a_long_file_is_seen() {
    let long = File::new("a.rs", &"\n".repeat(LONG + 1));
    let table = File::new("b.json", &"\n".repeat(LONG + 1));
    assert_eq!(unexplained(&[long, table], "a.rs: \n"), ["a.rs has 401 lines"]);
}

#[test]
fn a_stale_reason_is_seen() {
    let short = File::new("a.rs", &"\n".repeat(LONG));
    assert_eq!(unexplained(&[short], "# why\na.rs: a table\n").len(), 1);
}

#[test]
fn a_reason_explains() {
    let long = File::new("a.rs", &"\n".repeat(LONG + 1));
    assert_none("", &unexplained(&[long], "a.rs: one table\n"));
}
