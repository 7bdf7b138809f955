//! The tests, and what a change must pass besides.

use anyhow::Result;
use clap::Args;

use crate::run::{command, run};
use crate::tools;

/// How to run the tests.
#[derive(Args)]
pub(crate) struct TestArgs {
    /// The long form: a hundred kills in place of twenty, more random cases
    #[arg(long)]
    thorough: bool,
    /// Passed on to nextest: names of tests, `-p PACKAGE`, `--no-fail-fast`, …
    #[arg(last = true)]
    nextest: Vec<String>,
}

/// Installs what is missing, then runs the tests; the documentation's examples too, where all were asked for.
pub(crate) fn test(args: &TestArgs) -> Result<()> {
    tools::for_tests()?;
    if args.nextest.is_empty() {
        run(&mut command("cargo test --workspace --doc --quiet"))?;
    }
    let mut nextest = command("cargo nextest run");
    if !rustix::process::geteuid().is_root() {
        eprintln!("Not root: tests that mount disks are left out, those with `as_root` in their names.");
        nextest.args(["--filterset", "not test(as_root)"]);
    }
    // What `cargo run` runs is the binary alone; what is tested is everything, unless packages are named.
    if !args.nextest.iter().any(|arg| arg.starts_with("-p") || arg.starts_with("--package")) {
        nextest.arg("--workspace");
    }
    nextest.args(&args.nextest);
    if args.thorough {
        nextest.env("SEATKEEPER_TEST_THOROUGH", "1");
    }
    run(&mut nextest)
}

/// What continuous integration runs. The cheap refusals come first, so that they are quick to see.
pub(crate) fn ci(args: &TestArgs) -> Result<()> {
    tools::for_lints()?;
    run(&mut command("cargo fmt --all --check"))?;
    run(&mut command("cargo clippy --workspace --all-targets -- -D warnings"))?;
    run(command("cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"))?;
    tools::for_dependencies()?;
    run(&mut command("cargo deny check bans licenses sources"))?;
    test(args)
}
