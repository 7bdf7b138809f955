//! The repository's files and crates as the rules see them.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A text file of the repository.
pub(crate) struct File {
    /// From the root, with `/` between its parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Lines that are not comments, with their numbers from 1.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Every text file that git follows, and those that it would: a rule is broken before the commit, not after.
pub(crate) fn files() -> Vec<File> {
    let listed = output("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let read = |path: &str| {
        // What cannot be read was deleted and not yet committed so; what is not UTF-8 is a picture, which says nothing.
        let bytes = fs::read(root().join(path)).ok()?;
        Some(File::new(path, &String::from_utf8(bytes).unwrap_or_default()))
    };
    let files: Vec<File> = listed.lines().filter_map(read).collect();
    assert!(!files.is_empty(), "git names no files: run this in a clone");
    files
}

/// A crate of ours, or a dependency of one.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a manifest declares.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Only for tests, examples and benchmarks.
    pub(crate) development: bool,
}

/// The workspace's crates with what they declare themselves.
pub(crate) fn packages() -> Vec<Package> {
    let text = output("cargo", &["metadata", "--no-deps", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    list(&metadata["packages"])
        .iter()
        .map(|package| Package {
            name: name(package),
            dependencies: list(&package["dependencies"])
                .iter()
                .map(|dependency| Dependency { name: name(dependency), development: dependency["kind"] == "dev" })
                .collect(),
        })
        .collect()
}

/// What a command of the repository's root prints.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("could not start {program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("xtask stands in the root")
}
