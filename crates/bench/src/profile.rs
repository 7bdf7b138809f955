//! Where processor time goes, by thread and by kind of code, sampled with `perf` where the machine has it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::machine;

/// Samples being taken.
pub(crate) struct Profile {
    perf: Child,
    samples: tempfile::TempDir,
}

impl Profile {
    /// Samples these processes for so long. `None` where there is no `perf`, or it may not.
    pub(crate) fn start(processes: &[u32], length: Duration) -> Result<Option<Self>> {
        let samples = machine::folder()?;
        let processes: Vec<String> = processes.iter().map(u32::to_string).collect();
        let perf = Command::new("perf")
            .args(["record", "--quiet", "--freq=997", "--pid", &processes.join(","), "--output"])
            .arg(samples.path().join("samples"))
            .args(["--", "sleep", &length.as_secs_f64().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Ok(perf.ok().map(|perf| Self { perf, samples }))
    }

    /// A table of the shares, largest first, in Markdown; `None` where nothing could be sampled.
    pub(crate) fn table(mut self) -> Result<Option<String>> {
        if !self.perf.wait()?.success() {
            return Ok(None);
        }
        let lines = script(&self.samples.path().join("samples"))?;
        let mut shares: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (thread, symbol, file) in lines.lines().filter_map(parts) {
            *shares.entry((thread_name(thread), kind(symbol, file))).or_default() += 1;
        }
        let all: u32 = shares.values().sum();
        if all == 0 {
            return Ok(None);
        }
        let mut shares: Vec<_> = shares.into_iter().collect();
        shares.sort_by_key(|(_, samples)| std::cmp::Reverse(*samples));
        let mut table = "| thread | code | share |\n|---|---|--:|\n".to_owned();
        for ((thread, kind), samples) in shares {
            let percent = f64::from(samples) * 100.0 / f64::from(all);
            if percent >= 0.5 {
                let _ = writeln!(table, "| {thread} | {kind} | {percent:.1} % |");
            }
        }
        Ok(Some(table))
    }
}

fn script(samples: &Path) -> Result<String> {
    let output = Command::new("perf")
        .args(["script", "--fields", "comm,ip,sym,dso", "--input"])
        .arg(samples)
        .output()
        .context("perf script could not start")?;
    if !output.status.success() {
        bail!("perf script failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A line such as `tokio-rt-worker  55d0c0de serde_json::de::from_slice (/opt/seatkeeper)`.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (thread, rest) = line.trim().split_once(char::is_whitespace)?;
    let (_address, rest) = rest.trim().split_once(' ')?;
    let (symbol, file) = rest.rsplit_once(" (")?;
    Some((thread, symbol, file.trim_end_matches(')')))
}

fn thread_name(thread: &str) -> &str {
    match thread {
        thread if thread.starts_with("seatkeeper-wr") => "the writer",
        thread if thread.starts_with("tokio") => "requests",
        thread if thread.starts_with("postgres") => "PostgreSQL",
        _ => "others",
    }
}

/// Kinds of code by the crate that a Rust symbol begins with.
const KINDS: &[(&str, &[&str])] = &[
    ("PostgreSQL's client", &["tokio_postgres", "postgres_"]),
    ("HTTP and runtime", &["hyper", "axum", "tokio", "tower", "http", "mio", "bytes", "futures", "matchit"]),
    ("JSON, times and ids as text", &["serde", "jiff", "uuid", "base64", "itoa", "ryu", "zmij", "memchr"]),
    (
        "cryptography",
        &["sha2", "aws_lc", "Ledwards25519", "edwards25519", "curve25519", "bignum", "chacha20", "digest", "hmac"],
    ),
    ("SQLite's binding", &["rusqlite", "hashlink", "fallible"]),
    ("Rust's library", &["core", "alloc", "std", "hashbrown"]),
];

fn kind(symbol: &str, file: &str) -> &'static str {
    if file.contains("[kernel") || file.contains("[vdso") {
        return "the kernel";
    }
    // mimalloc is C in our own binary.
    let allocates = symbol.trim_start_matches('_').starts_with("mi_");
    if allocates || file.contains("libc") || file.contains("ld-linux") {
        return "allocation and copying";
    }
    if file.ends_with("/postgres") {
        return "PostgreSQL";
    }
    let start = symbol.trim_start_matches(['<', '&', '*', '(']).trim_start_matches("mut ").trim_start_matches("dyn ");
    if start.starts_with("seatkeeper") {
        return "Seatkeeper's own";
    }
    let named = KINDS.iter().find(|(_, crates)| crates.iter().any(|name| start.starts_with(name)));
    match named {
        Some((kind, _)) => kind,
        // C in our own binary is one of two libraries.
        None if !symbol.contains("::") => "SQLite",
        None => "other crates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_told_by_its_thread_and_crate() {
        let line = "seatkeeper-writ  55d0c0de <serde_json::Value as core::fmt::Display>::fmt (/opt/seatkeeper)";
        let (thread, symbol, file) = parts(line).unwrap();
        assert_eq!((thread_name(thread), kind(symbol, file)), ("the writer", "JSON, times and ids as text"));
        assert_eq!(kind("sqlite3VdbeExec", "/opt/seatkeeper"), "SQLite");
        assert_eq!(kind("_mi_page_malloc_zero", "/opt/seatkeeper"), "allocation and copying");
        assert_eq!(kind("aws_lc_0_39_sha512_block", "/opt/seatkeeper"), "cryptography");
        assert_eq!(kind("seatkeeper_domain::decide::decide", "/opt/seatkeeper"), "Seatkeeper's own");
        assert_eq!(kind("__memmove_avx", "/usr/lib/libc.so.6"), "allocation and copying");
        assert_eq!(kind("tcp_sendmsg", "[kernel.kallsyms]"), "the kernel");
    }
}
