//! The benchmarks: builds what they load, as it is released, and runs them. What is measured stands in `crates/bench`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::run::{command, root, run};

/// How to run the benchmarks.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Two minutes in place of twenty-odd, shown in place of written: its figures mean little
    #[arg(long)]
    quick: bool,
    /// Only these, shown in place of written: cycle, slow-disk, tail, pools, pool, growth, million, monday, storm, crowd, postgres, web, sdk
    only: Vec<String>,
}

/// Runs them all and writes `BENCHMARKS.md`.
pub(crate) fn bench(args: &BenchArgs) -> Result<()> {
    run(&mut command("cargo build --release --package seatkeeper --package seatkeeper-bench"))?;
    // The SDK to be weighed is a workspace apart, with the versions of this one.
    fs::copy(root().join("Cargo.lock"), root().join("size/Cargo.lock"))
        .context("size/Cargo.lock could not be written")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut size = command("cargo build --release --manifest-path size/Cargo.toml --target-dir");
    run(size.arg(target.join("size")))?;
    let mut bench = command("cargo run --release --quiet --package seatkeeper-bench -- run");
    if args.quick {
        bench.arg("--quick");
    }
    if !args.quick && args.only.is_empty() {
        bench.args(["--out", "BENCHMARKS.md"]);
    }
    run(bench.args(&args.only))
}
