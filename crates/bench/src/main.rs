//! Loads a real server on this machine and writes `BENCHMARKS.md`: `cargo xtask bench`. Development only.
//!
//! Absolute figures drift by a fifth from minute to minute, so what counts are ratios within one run, medians over
//! several, and each figure's spread.

mod connection;
mod direct;
mod echo;
mod hand_written;
mod load;
mod machine;
mod measures;
mod one_by_one;
mod orders;
mod pace;
mod profile;
mod program;
mod random;
mod report;
mod vendor;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use measures::{Plan, crowd, cycle, growth, million, monday, pool, pools, postgres, sdk, slow_disk, storm, tail, web};
use report::{Section, page};

/// Seatkeeper's benchmarks.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure, and write the page
    Run {
        /// A minute or two in place of twenty-odd: shows that it works, and no figures to quote
        #[arg(long)]
        quick: bool,
        /// Where the page goes; to standard output where absent
        #[arg(long)]
        out: Option<PathBuf>,
        /// Only these: cycle, slow-disk, tail, pools, pool, growth, million, monday, storm, crowd, postgres, web, sdk
        only: Vec<String>,
    },
    /// Serve signed echoes until killed (started by a run)
    Echo,
    /// One commit a command on fresh books in FOLDER; prints commands a second (started by a run)
    OneByOne { folder: PathBuf, seconds: f64 },
}

const MEASURES: [&str; 13] = [
    "cycle",
    "slow-disk",
    "tail",
    "pools",
    "pool",
    "growth",
    "million",
    "monday",
    "storm",
    "crowd",
    "postgres",
    "web",
    "sdk",
];

/// The server's, so that the echo beside it stands on the same ground.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run { quick, out, only } => run(quick, out, &only),
        Task::Echo => echo::serve(),
        Task::OneByOne { folder, seconds } => one_by_one::run(&folder, seconds),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(quick: bool, out: Option<PathBuf>, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| !MEASURES.contains(&name.as_str())) {
        bail!("{unknown} is not measured; {} are", MEASURES.join(", "));
    }
    raise_descriptor_limit();
    let plan = if quick { Plan::quick() } else { Plan::full() };
    let introduction = introduction(&plan, quick)?;
    let mut sections = Vec::new();
    // One thread: the generator leaves the rest of the machine to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for name in MEASURES.into_iter().filter(|name| only.is_empty() || only.iter().any(|wanted| wanted == name)) {
        eprintln!("{name}");
        let section =
            runtime.block_on(measure(name, &plan)).with_context(|| format!("{name} could not be measured"))?;
        sections.push(section);
    }
    let page = page(&introduction, &sections);
    match out {
        Some(path) => std::fs::write(&path, page).with_context(|| format!("could not write {}", path.display())),
        None => {
            print!("{page}");
            Ok(())
        }
    }
}

async fn measure(name: &str, plan: &Plan) -> Result<Section> {
    match name {
        "cycle" => cycle::measure(plan).await,
        "slow-disk" => slow_disk::measure(plan).await,
        "tail" => tail::measure(plan).await,
        "pools" => pools::measure(plan).await,
        "pool" => pool::measure(plan),
        "growth" => growth::measure(plan),
        "million" => million::measure(plan).await,
        "monday" => monday::measure(plan).await,
        "storm" => storm::measure(plan).await,
        "crowd" => crowd::measure(plan).await,
        "postgres" => postgres::measure(plan).await,
        // A writer of PostgreSQL brings a runtime of its own, which cannot begin within this one.
        "web" => thread::scope(|scope| scope.spawn(|| web::measure(plan)).join())
            .map_err(|_| anyhow!("the measure panicked: its message stands above"))?,
        _ => sdk::measure(),
    }
}

fn introduction(plan: &Plan, quick: bool) -> Result<String> {
    let machine = machine::described()?.join("\n- ");
    let commit = machine::commit()?;
    let (runs, seconds) = (plan.runs, plan.window.count.as_secs_f64());
    let warning =
        if quick { "**A quick run: it shows that the command works; its figures mean little.**\n\n" } else { "" };
    Ok(format!(
        "{warning}Made by `cargo xtask bench`; not edited by hand. Each figure is the median of {runs} runs of \
         {seconds} s where nothing else is said, with the least and the most beside it. Absolute figures drift by a \
         fifth and more from minute to minute, so goals are ratios within one run where they can be.\n\n\
         - Commit {commit}.\n- {machine}"
    ))
}

/// A thousand connections need more than the usual thousand descriptors. Where that is refused, the run says so itself.
fn raise_descriptor_limit() {
    let most = getrlimit(Resource::Nofile).maximum;
    let _ = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most });
}
