//! `seatkeeper run`: a seat for a program that cannot be changed, back when it ends, however it does.

use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use seatkeeper_test_support::{Process, binary};
use seatkeeper_test_world::{License, World};
use tempfile::TempDir;

use crate::{desk, in_use_comes_to};

/// A shell script under `seatkeeper run`, with its state in a folder of its own.
fn wrapped(world: &World, license: &License, state: &Path, script: &str) -> Process {
    let mut command = Command::new(binary("seatkeeper"));
    command.args(["run", "--url", world.server.url(), "--serial", &license.serial_number, "--product", "planner"]);
    command.args(["--program-version", "16", "--user", "Ann", "--", "sh", "-c", script]);
    command.env("SEATKEEPER_PRODUCT_KEY", &license.product_key).env("SEATKEEPER_STATE_DIR", state);
    Process::start(&mut command)
}

/// "Programs that know nothing of licences can be wrapped: their seat is back within a second, however they end."
///
/// The seat is back before `run` itself ends, and its lease runs for twenty minutes more: nothing here waits for luck.
///
/// Seen red: with `seat.close()` left out after the program in `run/mod.rs`.
#[test]
fn a_wrapped_program_gives_its_seat_back_however_it_ends() {
    let world = World::start();
    let license = world.pool(1);
    let state = TempDir::new().expect("a temporary folder");
    for (last, code) in [("exit 0", 0), ("exit 3", 3), ("kill -KILL $$", 137), ("kill -SEGV $$", 139)] {
        let mut run = wrapped(&world, &license, state.path(), &format!("echo at work; read line; {last}"));
        run.hear("at work");
        assert_eq!(world.in_use(&license), 1);
        run.say("the end");
        assert_eq!(run.wait().code(), Some(code), "{last}: {}", run.stderr());
        assert_eq!(world.in_use(&license), 0, "{last}");
    }
}

/// "… also if somebody ends it from outside."
///
/// Seen red: with SIGTERM not passed on in `run/signals.rs`.
#[test]
fn a_wrapped_program_ended_from_outside_gives_its_seat_back() {
    let world = World::start();
    let license = world.pool(1);
    let state = TempDir::new().expect("a temporary folder");
    let script = "echo process $$; exec sleep 600";
    // The program is killed.
    let mut run = wrapped(&world, &license, state.path(), script);
    let id = run.hear("process ")["process ".len()..].parse().expect("a process id");
    kill_process(Pid::from_raw(id).expect("not zero"), Signal::KILL).expect("it runs");
    assert_eq!(run.wait().code(), Some(137));
    assert_eq!(world.in_use(&license), 0);
    // `run` is asked to end, and passes that on.
    let mut run = wrapped(&world, &license, state.path(), script);
    run.hear("process ");
    assert_eq!(world.in_use(&license), 1);
    assert_eq!(run.stop().code(), Some(143));
    assert_eq!(world.in_use(&license), 0);
    // `run` is killed, and can return nothing. The next start does.
    let mut run = wrapped(&world, &license, state.path(), "echo process $$; read line");
    run.hear("process ");
    run.kill9();
    assert_eq!(world.in_use(&license), 1);
    let mut run = wrapped(&world, &license, state.path(), "echo process $$; read line");
    run.hear("process ");
    assert_eq!(world.sessions(&license)[0]["checkouts"], 1);
    run.say("the end");
    run.wait();
    in_use_comes_to(&world, &license, 0);
}

/// "… and where no seat is free they are not started, which scripts can tell."
///
/// Seen red: with the exit code of a refusal made 1.
#[test]
fn a_wrapped_program_with_no_seat_is_not_started_and_exits_with_75() {
    let world = World::start();
    let license = world.pool(1);
    let _holder = desk(&world, &license, 1).seated();
    let state = TempDir::new().expect("a temporary folder");
    let mut run = wrapped(&world, &license, state.path(), "echo at work");
    assert_eq!(run.wait().code(), Some(75));
    assert_eq!(run.stdout(), "");
    assert!(run.stderr().contains("seat"), "{}", run.stderr());
}
