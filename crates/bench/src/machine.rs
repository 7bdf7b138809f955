//! The machine a run was made on, and what a process of it uses.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A folder for books, on the disk that the build stands on: where temporary files are kept, syncing may cost nothing.
pub(crate) fn folder() -> Result<TempDir> {
    let place = profile_folder()?.with_file_name("bench");
    fs::create_dir_all(&place)?;
    TempDir::new_in(&place).with_context(|| format!("could not make a folder in {}", place.display()))
}

/// The folder that this program stands in, `target/release` or its like.
pub(crate) fn profile_folder() -> Result<PathBuf> {
    let mut folder = std::env::current_exe()?;
    folder.pop();
    Ok(folder)
}

/// What it is, as a list of sentences.
pub(crate) fn described() -> Result<Vec<String>> {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unnamed processor".to_owned());
    let cores = std::thread::available_parallelism()?;
    let memory: u64 = kilobytes("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.split('.').take(2).collect::<Vec<_>>().join(".");
    Ok(vec![
        format!("Processor: {cpu}; {cores} cores, shared by the server and the generator that loads it."),
        format!("Memory: {} GiB. Linux {kernel}.", memory.div_ceil(1 << 20)),
        disk()?,
    ])
}

/// The commit that was measured, with its day, and whether something was changed since.
pub(crate) fn commit() -> Result<String> {
    let git = |words: &[&str]| -> Result<String> {
        let output = Command::new("git").args(words).output().context("git says which commit was measured")?;
        ensure!(output.status.success(), "not in a git repository, which says which commit is measured");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    let note = if changed { ", with changes that were not committed" } else { "" };
    Ok(format!("{}{note}", git(&["log", "-1", "--format=%h of %cs"])?))
}

/// Memory that a process keeps resident, in bytes.
pub(crate) fn resident_bytes(process: u32) -> Result<u64> {
    let kept = kilobytes(&format!("/proc/{process}/status"), "VmRSS").context("the process is gone")?;
    Ok(kept * 1024)
}

/// Processor time that a process has used, in seconds.
pub(crate) fn processor_seconds(process: u32) -> Result<f64> {
    seconds_in(&PathBuf::from(format!("/proc/{process}")))
}

/// Processor time that a server's writer has used, in seconds: one thread, through which all changes go.
pub(crate) fn writer_seconds(process: u32) -> Result<f64> {
    let is_writer = |thread: &Path| fs::read_to_string(thread.join("comm")).is_ok_and(|name| name.trim() == WRITER);
    let threads = fs::read_dir(format!("/proc/{process}/task"))?.flatten().map(|thread| thread.path());
    let writer = threads.into_iter().find(|thread| is_writer(thread)).context("the server has no writer")?;
    seconds_in(&writer)
}

/// `seatkeeper-writer`, of whose name Linux keeps 15 bytes.
const WRITER: &str = "seatkeeper-writ";

fn seconds_in(place: &Path) -> Result<f64> {
    let stat = fs::read_to_string(place.join("stat"))?;
    // After the name in brackets: state is the third field, user and system time the 14th and 15th, in hundredths.
    let (_, fields) = stat.rsplit_once(") ").context("an unexpected /proc/…/stat")?;
    let hundredths: u64 = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(hundredths as f64 / 100.0)
}

/// Bytes of the files in a folder.
pub(crate) fn bytes_in(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?.metadata()?;
        sum += if entry.is_file() { entry.len() } else { 0 };
    }
    Ok(sum)
}

fn disk() -> Result<String> {
    let folder = folder()?;
    let mut file = File::create(folder.path().join("probe"))?;
    let mut took = Vec::new();
    for _ in 0..5_000 {
        file.write_all(&[7; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        took.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    let [median, slow, slower] = [0.5, 0.99, 0.999].map(|share| took[(took.len() as f64 * share) as usize]);
    Ok(format!("Disk: a sync after 4 KiB takes {median:.2} ms (median of 5,000; p99 {slow:.2}, p99.9 {slower:.2})."))
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kilobytes(path: &str, name: &str) -> Option<u64> {
    field(path, name)?.trim_end_matches(" kB").parse().ok()
}
