//! Repository tasks: `cargo xtask <task>`. Runs tools; knows nothing of what Seatkeeper does.
//!
//! The repository's rules stand beside this, as tests: `xtask/tests/rules/`.

mod bench;
mod check;
mod run;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Seatkeeper's development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the tests need (or name it), then run them all
    Test(check::TestArgs),
    /// Everything a change must pass: format, lints, docs, dependencies, all tests
    Ci(check::TestArgs),
    /// Measure a release build and write BENCHMARKS.md; wants the machine for itself
    Bench(bench::BenchArgs),
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test(args) => check::test(&args),
        Task::Ci(args) => check::ci(&args),
        Task::Bench(args) => bench::bench(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
