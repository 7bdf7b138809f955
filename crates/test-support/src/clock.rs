//! A wall clock that a test steps under a running program (libfaketime). Its monotonic clock stays real.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Start;

/// Where Debian's `libfaketime` stands below `/usr/lib/<triple>/`.
const LIBRARY: &str = "faketime/libfaketime.so.1";

/// A clock for one or more programs, at first the real one.
#[derive(Debug)]
pub struct FakeClock {
    folder: TempDir,
    library: PathBuf,
}

impl FakeClock {
    /// A clock that shows the real time until it is stepped.
    pub fn real() -> Self {
        let clock = Self { folder: TempDir::new().expect("a temporary folder"), library: library() };
        clock.step_to(0);
        clock
    }

    /// Steps it to so many seconds from the real time, ahead or (negative) behind.
    pub fn step_to(&self, seconds: i64) {
        // Renamed into place: the program reads it at every look at its clock, and must not find it half written.
        let new = self.folder.path().join("new");
        fs::write(&new, format!("{seconds:+}")).expect("the clock can be written");
        fs::rename(&new, self.file()).expect("the clock can be replaced");
    }

    /// A server that goes by this clock.
    pub fn on(&self, start: Start) -> Start {
        let start = start.preload(&self.library);
        self.variables().into_iter().fold(start, |start, (name, value)| start.variable(name, value))
    }

    /// Lets any other program go by this clock.
    pub fn set(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).envs(self.variables());
    }

    fn variables(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("FAKETIME_TIMESTAMP_FILE", self.file()),
            ("FAKETIME_NO_CACHE", "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
            ("NO_FAKE_STAT", "1".into()),
        ]
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }
}

fn library() -> PathBuf {
    let places = fs::read_dir("/usr/lib").expect("/usr/lib is there").flatten();
    places
        .map(|place| place.path().join(LIBRARY))
        .find(|path: &PathBuf| Path::exists(path))
        .expect("libfaketime is missing: Debian's package `faketime` brings it")
}
