//! What the tasks need on this machine: looked for quickly, installed where that is ours to do, named exactly where not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{command, root, run, succeeds};

/// Known to work with the Rust version that the workspace names.
const NEXTEST: &str = "0.9.143";
const DENY: &str = "0.20.2";

/// A Debian package, and the line of shell that only succeeds once it is there.
const PACKAGES: &[(&str, &str)] = &[
    ("gcc", "gcc --version"),
    ("libc6-dev", "test -e /usr/include/stdlib.h"),
    ("git", "git --version"),
    ("strace", "strace --version"),
    ("faketime", "faketime --version"),
    ("e2fsprogs", "/sbin/mkfs.ext4 -V"),
    ("mount", "mount --version"),
    ("python3-venv", "python3 -c 'import ensurepip'"),
    ("postgresql", "ls /usr/lib/postgresql/*/bin/initdb || initdb --version"),
    ("patroni", "patroni --version"),
    ("etcd-server", "etcd --version"),
    ("chromium", "chromium --version"),
    ("chromium-driver", "chromedriver --version"),
    ("npm", "npm --version"),
];

/// For `cargo xtask test`.
pub(crate) fn for_tests() -> Result<()> {
    packages()?;
    cargo_tool("nextest", NEXTEST)?;
    python_tools()?;
    node_tools()
}

/// For formatting and lints, which rustup brings.
pub(crate) fn for_lints() -> Result<()> {
    for (component, tool) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !succeeds(&format!("cargo {tool} --version")) {
            bail!("`cargo {tool}` is missing: `rustup component add {component}` brings it");
        }
    }
    Ok(())
}

/// For `cargo deny`.
pub(crate) fn for_dependencies() -> Result<()> {
    cargo_tool("deny", DENY)
}

fn packages() -> Result<()> {
    let is_missing =
        |line: &str| !Command::new("sh").args(["-c", line]).output().is_ok_and(|probe| probe.status.success());
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(_, probe)| is_missing(probe)).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !succeeds("apt-get --version") {
        bail!("the tests need these Debian packages, or what your system calls them: {list}");
    }
    if !rustix::process::geteuid().is_root() {
        bail!("the tests need Debian packages: `sudo apt-get install {list}` brings them");
    }
    run(&mut command("apt-get update --quiet"))?;
    run(command("apt-get install --yes --no-install-recommends")
        .args(&missing)
        .env("DEBIAN_FRONTEND", "noninteractive"))
    .with_context(|| format!("the tests need these Debian packages: {list}"))
}

/// A cargo subcommand from crates.io, built here when there is none: minutes, once.
fn cargo_tool(tool: &str, version: &str) -> Result<()> {
    if succeeds(&format!("cargo {tool} --version")) {
        return Ok(());
    }
    let package = format!("cargo-{tool}@{version}");
    eprintln!("cargo-{tool} is missing; building it takes some minutes, once");
    run(command("cargo install --locked").arg(&package))
        .with_context(|| format!("`cargo {tool}` is needed: `cargo install --locked {package}`"))
}

/// The Python programs that tests ask for a second opinion, in an environment of their own under the target folder.
fn python_tools() -> Result<()> {
    let wanted = root().join("xtask/requirements.txt");
    let environment = target()?.join("xtask/python");
    let wanted_text = fs::read_to_string(&wanted).with_context(|| format!("could not read {}", wanted.display()))?;
    if is_installed(&environment, &wanted_text) {
        return Ok(());
    }
    run(command("python3 -m venv --clear").arg(&environment))?;
    run(Command::new(environment.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(&wanted))
    .context("the tests need the Python packages in xtask/requirements.txt from PyPI")?;
    note_installed(&environment, &wanted_text)
}

/// What tests of the pages run in a browser, from npm, each by the hash in the lock file; none of its scripts is run here.
fn node_tools() -> Result<()> {
    let folder = target()?.join("xtask/node");
    let lock = root().join("xtask/package-lock.json");
    let lock_text = fs::read_to_string(&lock).with_context(|| format!("could not read {}", lock.display()))?;
    if is_installed(&folder, &lock_text) {
        return Ok(());
    }
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(root().join("xtask").join(file), folder.join(file))
            .with_context(|| format!("could not copy {file}"))?;
    }
    run(command("npm ci --ignore-scripts --no-audit --no-fund --prefix").arg(&folder))
        .context("the tests need the packages in xtask/package.json from npm")?;
    note_installed(&folder, &lock_text)
}

/// Whether `folder` holds all that `wanted` names.
fn is_installed(folder: &Path, wanted: &str) -> bool {
    fs::read_to_string(folder.join("installed.txt")).is_ok_and(|text| text == wanted)
}

/// Written last, so that an interrupted installation is done again.
fn note_installed(folder: &Path, wanted: &str) -> Result<()> {
    fs::write(folder.join("installed.txt"), wanted).context("could not note what was installed")
}

/// Cargo's target folder: the profile's folder that this binary stands in is one below it.
fn target() -> Result<PathBuf> {
    let binary = std::env::current_exe().context("could not find this program's own path")?;
    let profile = binary.parent().and_then(Path::parent);
    Ok(profile.context("this program stands in no target folder")?.to_owned())
}
