//! Where the programs under test are: beside the one that asks, since Cargo builds them into the same folder.

use std::fs;
use std::path::PathBuf;

/// A program of the workspace, such as `seatkeeper`.
///
/// # Panics
/// When it has not been built, naming the command that does.
pub fn binary(name: &str) -> PathBuf {
    built(profile_folder().join(name))
}

/// An example of a crate of the workspace, such as `planner`.
///
/// # Panics
/// When it has not been built, naming the command that does.
pub fn example(name: &str) -> PathBuf {
    built(profile_folder().join("examples").join(name))
}

/// A Python program that `cargo xtask test` installs (`xtask/requirements.txt`), `python` among them.
///
/// # Panics
/// When it is not there, naming the command that brings it.
pub fn python_tool(name: &str) -> PathBuf {
    installed(profile_folder().with_file_name("xtask").join("python/bin").join(name))
}

/// A file of a package from npm that `cargo xtask test` installs (`xtask/package.json`), such as `axe-core/axe.min.js`.
///
/// # Panics
/// When it is not there, naming the command that brings it.
pub fn node_module(file: &str) -> PathBuf {
    installed(profile_folder().with_file_name("xtask").join("node/node_modules").join(file))
}

/// A folder of the target folder for what tests leave to be looked at, such as pictures.
pub fn artefacts(name: &str) -> PathBuf {
    let folder = profile_folder().with_file_name(name);
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder
}

fn installed(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is not installed: `cargo xtask test` brings it", path.display());
    path
}

fn built(path: PathBuf) -> PathBuf {
    assert!(
        path.exists(),
        "{} is not built: `cargo build --workspace --bins --examples` does (nextest runs it by itself)",
        path.display()
    );
    path
}

/// `target/debug` or its like: tests stand in its `deps`, other programs in itself.
pub(crate) fn profile_folder() -> PathBuf {
    let mut folder = std::env::current_exe().expect("a program knows its own path");
    folder.pop();
    if folder.ends_with("deps") || folder.ends_with("examples") {
        folder.pop();
    }
    folder
}
