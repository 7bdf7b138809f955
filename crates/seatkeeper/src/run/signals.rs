//! Signals sent to us that are meant for the program. Knows nothing of seats.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::flag;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::exfiltrator::origin::Origin;
use signal_hook::iterator::{Handle, SignalsInfo};
use signal_hook::low_level::emulate_default_handler;
use signal_hook::low_level::siginfo::Cause;

use super::Event;

const CAUGHT: &[i32] = &[SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGUSR1, SIGUSR2];
const ENDING: &[i32] = &[SIGINT, SIGTERM, SIGHUP, SIGQUIT];

/// Signals caught, until they are let go.
pub(super) struct Signals {
    handle: Handle,
    thread: JoinHandle<()>,
}

impl Signals {
    /// Sends every signal that comes as an event. Those ignored from the start (`nohup`, a shell's background jobs) stay so, and
    /// the program inherits that.
    pub(super) fn catch(events: Sender<Event>) -> anyhow::Result<Self> {
        let ignored = ignored();
        let caught = CAUGHT.iter().filter(|number| ignored >> (*number - 1) & 1 == 0);
        let mut signals = SignalsInfo::<WithOrigin>::new(caught).context("signals cannot be caught")?;
        // Inherited as ignored, it would have the system reap the program, and nobody could tell how that ended.
        flag::register(SIGCHLD, Arc::default()).context("SIGCHLD cannot be caught")?;
        let handle = signals.handle();
        let thread = thread::spawn(move || {
            for origin in signals.forever() {
                let _ = events.send(Event::Caught(Caught(origin)));
            }
        });
        Ok(Self { handle, thread })
    }

    /// Catches no more.
    pub(super) fn let_go(self) {
        self.handle.close();
        let _ = self.thread.join();
    }
}

/// The signals that this process ignores, a bit each, from the lowest for signal 1; none where the system does not tell.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// A signal that was caught.
#[derive(Debug)]
pub(super) struct Caught(Origin);

impl Caught {
    /// Its number, where it would end a program that does nothing about it.
    pub(super) fn ending(&self) -> Option<u8> {
        let number = Some(self.0.signal).filter(|number| ENDING.contains(number))?;
        u8::try_from(number).ok()
    }

    /// Sends it to the program, unless the program has it already: what the terminal sends goes to both of us. Told to stop, we
    /// stop too, so that the shell sees it.
    pub(super) fn pass_on(&self, program: Pid) {
        let from_terminal = matches!(self.0.cause, Cause::Kernel);
        if !from_terminal && let Some(signal) = Signal::from_named_raw(self.0.signal) {
            // It fails only for a program that has just ended.
            let _ = kill_process(program, signal);
        }
        if self.0.signal == SIGTSTP {
            let _ = emulate_default_handler(SIGTSTP);
        }
    }
}
