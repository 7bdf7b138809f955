//! The one binary: serves licences, administers them, and holds a seat for programs that cannot be changed.
//!
//! Wires everything together; nothing depends on it, and it decides nothing about seats.

mod admin;
mod arguments;
mod care;
mod cli;
mod config;
mod demo;
mod doctor;
mod failure;
mod migrate;
mod out;
mod place;
mod run;
mod serve;
mod wall;

use std::io::Write;
use std::process::ExitCode;

/// Requests are handed from thread to thread, which the C library's allocator makes dear: a refresh cost 110 µs of which
/// verifying its lease was 29 %, and 57 µs with that and this mended.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let json = cli.json;
    cli.run().unwrap_or_else(|error| {
        // Whoever read it may have gone; scripts go by the exit code.
        let _ = writeln!(std::io::stderr(), "{}", out::printable(&failure::text(&error, json)));
        failure::code(&error)
    })
}
