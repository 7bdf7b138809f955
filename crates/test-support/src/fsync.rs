//! A disk whose `fsync` is slow, or fails: a preloaded library of ours (`shim/fsync.c`), compiled when asked for.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::Start;

const SOURCE: &str = include_str!("../shim/fsync.c");

/// Stands between a program and `fsync`/`fdatasync`.
#[derive(Debug)]
pub struct FsyncShim {
    folder: TempDir,
    delay: Duration,
}

impl FsyncShim {
    /// Adds `delay` to every sync; none with zero.
    #[track_caller]
    pub fn with_delay(delay: Duration) -> Self {
        let shim = Self { folder: readable_folder(), delay };
        let source = shim.folder.path().join("fsync.c");
        fs::write(&source, SOURCE).expect("the source can be written");
        let output = Command::new("gcc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([shim.library(), source])
            .output()
            .expect("gcc is missing: Debian's package `gcc` brings it");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the shim does not compile: {said}");
        shim
    }

    /// From now on every sync fails with EIO.
    pub fn fail(&self) {
        File::create(self.switch()).expect("the switch can be written");
    }

    /// From now on syncs work again; returns how many failed since `fail`, so that a test knows that it tested.
    pub fn mend(&self) -> u64 {
        let failed = self.failures();
        fs::remove_file(self.switch()).expect("it was told to fail before");
        failed
    }

    /// How many syncs have failed since `fail`.
    pub fn failures(&self) -> u64 {
        fs::metadata(self.switch()).map_or(0, |switch| switch.len())
    }

    /// A server with this under it.
    pub fn under(&self, start: Start) -> Start {
        let start = start.preload(&self.library());
        self.variables().into_iter().fold(start, |start, (name, value)| start.variable(name, value))
    }

    /// Puts it under any other program.
    pub fn set(&self, command: &mut Command) {
        command.env("LD_PRELOAD", self.library()).envs(self.variables());
    }

    fn variables(&self) -> [(&'static str, PathBuf); 2] {
        [
            ("SEATKEEPER_SHIM_FSYNC_DELAY_US", self.delay.as_micros().to_string().into()),
            ("SEATKEEPER_SHIM_FSYNC_FAIL", self.switch()),
        ]
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("fsync.so")
    }

    fn switch(&self) -> PathBuf {
        self.folder.path().join("fail")
    }
}

/// A program that runs as another user (PostgreSQL, where we are root) has to read the library: one that cannot be read is
/// left out in silence.
fn readable_folder() -> TempDir {
    let everybody = fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().permissions(everybody).tempdir().expect("a temporary folder")
}
