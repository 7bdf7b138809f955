//! `seatkeeper run`: holds a seat while a program runs that cannot be changed. Decides nothing about seats: that is the SDK's.
//!
//! The seat is taken first and returned when the program has ended, however it did. The program is never closed from here,
//! whatever becomes of the seat. It counts as running until its own process ends; what it leaves in the background does not.
//!
//! It shares our process group, so that a terminal's signals and job control reach it as if we were not there; what another
//! process sends to us is passed on. Killing us with SIGKILL leaves the program running and its seat held; the next start
//! returns it.

mod key;
mod signals;
mod words;

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use seatkeeper_client::{Config, Notice, Seat, State};

use crate::failure::WrongWords;
pub(crate) use key::read as product_key;
use signals::{Caught, Signals};

/// How long the first answer may take. The SDK gives up on a server that does not answer long before.
const FIRST_ANSWER: Duration = Duration::from_secs(90);
/// How long returning the seat may keep the exit waiting; what is not returned by then is at the next start.
const CLOSING: Duration = Duration::from_secs(3);

/// Hold a seat while PROGRAM runs, and exit as it does
///
/// The product key comes from SEATKEEPER_PRODUCT_KEY or a file, never from the words of the command, which every user of the
/// machine can read. With no serial number the keys are looked for where the SDK looks. State is kept under SEATKEEPER_STATE_DIR,
/// or in the user's own place for such things. Exits with 75 when no seat is free.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Address of the licence server; also SEATKEEPER_URL
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Serial number of the licence; also SEATKEEPER_SERIAL_NUMBER
    #[arg(long, value_name = "NUMBER")]
    serial: Option<String>,
    /// Code of the product
    #[arg(long, value_name = "CODE")]
    product: String,
    /// Version of the program, where the licence asks for a certain one
    #[arg(long, value_name = "VERSION", default_value = "0")]
    program_version: String,
    /// File with the product key; others must not be able to read it
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Who works with the program [default: the user who runs it]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The vendor's root key; without one the first server met is believed from then on
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    root_key: Option<String>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

/// What happens while the program runs.
#[derive(Debug)]
enum Event {
    Caught(Caught),
    State(State),
    Ended,
}

/// Runs the program; its exit code, or why it was not started.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let (events, heard) = channel();
    // From here on a signal ends nothing by itself: the seat is returned first.
    let signals = Signals::catch(events.clone())?;
    let config = config(args, events.clone())?;
    let seat = Seat::open(config).map_err(|error| WrongWords(error.to_string()))?;
    let code = match first_answer(&heard) {
        First::Signal(number) => ExitCode::from(128 + number),
        First::Answer(state) => start(&args.program, state, &heard, &events)?,
    };
    seat.close();
    signals.let_go();
    Ok(code)
}

fn start(
    program: &[OsString],
    state: State,
    heard: &Receiver<Event>,
    events: &Sender<Event>,
) -> anyhow::Result<ExitCode> {
    if let Some(refusal) = words::refusal(&state) {
        return Err(refusal);
    }
    let name = program[0].to_string_lossy();
    words::tell(&State::Starting, &state, &name);
    match Command::new(&program[0]).args(&program[1..]).env_remove(key::VARIABLE).spawn() {
        Ok(child) => Ok(exit_code(hold(child, heard, events, state, &name)?)),
        Err(error) => {
            words::say(&format!("{name} could not be started: {error}"));
            // As shells, env and timeout have it.
            Ok(ExitCode::from(if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }))
        }
    }
}

fn config(args: &RunArgs, events: Sender<Event>) -> anyhow::Result<Config> {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let mut config = Config::new(&args.product, &args.program_version)
        .close_within(CLOSING)
        .on_change(move |state| {
            let _ = events.send(Event::State(state.clone()));
        })
        .on_notice(|notice| match notice {
            // Told as a change of state, once and not at every try.
            Notice::NoContact(_) => {}
            other => words::say(&other.to_string()),
        });
    if let Some(url) = &args.url {
        config = config.server(url);
    }
    if let Some(serial) = args.serial.clone().or_else(|| variable("SEATKEEPER_SERIAL_NUMBER")) {
        config = config.key(serial, product_key(args.key_file.as_deref())?);
    } else if args.key_file.is_some() {
        return Err(WrongWords("a product key goes with a serial number: --serial".to_owned()).into());
    }
    if let Some(user) = &args.user {
        config = config.user(user);
    }
    if let Some(root) = &args.root_key {
        config = config.root_key(root);
    }
    Ok(config)
}

enum First {
    Answer(State),
    Signal(u8),
}

/// Waits for the first answer, or a signal that would end us.
fn first_answer(heard: &Receiver<Event>) -> First {
    let deadline = Instant::now() + FIRST_ANSWER;
    loop {
        match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Event::State(State::Starting) | Event::Ended) => {}
            Ok(Event::State(state)) => return First::Answer(state),
            Ok(Event::Caught(caught)) => {
                if let Some(number) = caught.ending() {
                    return First::Signal(number);
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return First::Answer(State::Starting),
        }
    }
}

/// Until the program ends: passes signals on and tells what becomes of the seat.
fn hold(
    mut child: Child,
    heard: &Receiver<Event>,
    events: &Sender<Event>,
    mut state: State,
    name: &str,
) -> anyhow::Result<ExitStatus> {
    let id = Pid::from_child(&child);
    let events = events.clone();
    // Only waits: the process stays to be reaped below, so that no signal can meet another that took over its number.
    thread::spawn(move || {
        while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {
        }
        let _ = events.send(Event::Ended);
    });
    loop {
        match heard.recv().context("nothing is heard any more")? {
            Event::Ended => return child.wait().context("the program could not be waited for"),
            Event::Caught(caught) => caught.pass_on(id),
            Event::State(new) => {
                words::tell(&state, &new, name);
                state = new;
            }
        }
    }
}

/// The program's own exit code, or 128 and the signal that killed it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
