//! How large the SDK is that a vendor puts into a program.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;

use anyhow::{Context, Result};

use super::tell;
use crate::machine;
use crate::report::{Figure, Goal, Section};

const METHOD: &str = "`size/` calls every entry point of the SDK and is built as a `cdylib` with `opt-level = \"z\"`, fat LTO \
    and one codegen unit, then stripped; unwinding stays, since no panic may cross into the program.";

const NOTES: &str = "Where it goes, each measured once by hand on Linux: with no TLS at all it is 1.28 MB; rustls with its \
    verifier and aws-lc, whose methods for every kind of key hang together and cannot be left out one by one, are the rest. \
    With ring in place of aws-lc it is 2.28 MB, and 2.23 MB with ring in place of the signature and hash libraries, too: \
    not enough to have two TLS providers for. With the system's TLS (here OpenSSL, itself not counted) it is 1.35 MB: the \
    way to the goal on Windows and macOS, whose TLS is always there. On Linux a program would not even load where the \
    system's OpenSSL is another one, so there the size is the price.";

/// Weighs what `cargo xtask bench` built.
pub(crate) fn measure() -> Result<Section> {
    let folder = machine::profile_folder()?.with_file_name("size");
    let file = folder.join(format!("release/{DLL_PREFIX}seatkeeper_size{DLL_SUFFIX}"));
    let bytes = fs::metadata(&file).with_context(|| format!("{} was not built", file.display()))?.len();
    let size = Figure::new("the SDK, stripped", "MB", vec![bytes as f64 / 1e6]).goal(Goal::AtMost(2.0));
    tell("MB of SDK", size.median());
    Ok(Section { title: "The SDK's size", method: METHOD.to_owned(), figures: vec![size], notes: NOTES.to_owned() })
}
