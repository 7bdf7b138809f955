//! `run` beside the promises (`tests/promises/run.rs`): where the key comes from, what the program gets, which signals reach it.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use seatkeeper_test_support::Process;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Said, Vendor, seatkeeper, text};

struct Wrapped {
    vendor: Vendor,
    license: Value,
    state: TempDir,
}

impl Wrapped {
    #[track_caller]
    fn new() -> Self {
        let vendor = Vendor::start();
        let license = vendor.pool("1");
        Self { vendor, license, state: TempDir::new().expect("a temporary folder") }
    }

    /// `run`, with the product key in the environment, and these words.
    fn command(&self, words: &[&str]) -> Command {
        let serial = text(&self.license, "serial_number");
        let mut command =
            seatkeeper(&["run", "--url", self.vendor.server.url(), "--serial", serial, "--product", "planner"]);
        command.args(words).env("SEATKEEPER_STATE_DIR", self.state.path());
        command.env("SEATKEEPER_PRODUCT_KEY", text(&self.license, "product_key"));
        command
    }

    fn in_use(&self) -> Option<u64> {
        self.vendor.json(&["license", "show", text(&self.license, "serial_number")])["in_use"].as_u64()
    }
}

#[test]
fn the_key_comes_from_a_file_that_not_everybody_can_read() {
    let wrapped = Wrapped::new();
    let file = wrapped.state.path().join("key");
    std::fs::write(&file, text(&wrapped.license, "product_key")).expect("a file");
    let run = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("its mode is set");
        let mut command = wrapped.command(&["--key-file"]);
        Said::of(command.arg(&file).args(["--", "echo", "at work"]).env_remove("SEATKEEPER_PRODUCT_KEY"))
    };
    run(0o644).refused(1, &["chmod o-rwx"]);
    assert_eq!(run(0o640).done().out, "at work\n");
}

#[test]
fn a_missing_or_mistyped_key_is_wrong_words_and_asks_nobody() {
    let wrapped = Wrapped::new();
    let mut command = wrapped.command(&["--", "echo"]);
    Said::of(command.env("SEATKEEPER_PRODUCT_KEY", "7F3K")).refused(2, &["product key"]);
    Said::of(command.env_remove("SEATKEEPER_PRODUCT_KEY")).refused(2, &["--key-file"]);
}

#[test]
fn a_wrong_key_is_refused_as_the_server_says() {
    let wrapped = Wrapped::new();
    let mut command = wrapped.command(&["--", "echo"]);
    command.env("SEATKEEPER_PRODUCT_KEY", "00000-00000-00000-00000-00000");
    Said::of(&mut command).refused(1, &["(unknown_key)"]);
}

#[test]
fn the_program_gets_its_words_and_not_the_key() {
    let wrapped = Wrapped::new();
    let mut command =
        wrapped.command(&["--", "sh", "-c", "echo \"$1\" \"${SEATKEEPER_PRODUCT_KEY-no key}\"", "sh", "--json"]);
    assert_eq!(Said::of(&mut command).done().out, "--json no key\n");
}

#[test]
fn what_cannot_be_started_ends_as_in_a_shell_and_keeps_no_seat() {
    let wrapped = Wrapped::new();
    Said::of(&mut wrapped.command(&["--", "no-such-program"])).refused(127, &["no-such-program"]);
    Said::of(&mut wrapped.command(&["--", "/"])).refused(126, &["/"]);
    assert_eq!(wrapped.in_use(), Some(0));
}

/// Seen red: with what is said printed by `eprintln!`, which panics.
#[test]
fn nobody_has_to_read_what_is_said() {
    let mut wrapped = Wrapped::new();
    let unread = |command: &mut Command| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command.stdout(Stdio::piped()).stderr(writer).spawn().and_then(Child::wait_with_output);
        let output = output.expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let mut holder = Process::start(&mut wrapped.command(&["--", "sh", "-c", "echo ready; read line"]));
    holder.hear("ready");
    let mut second = wrapped.command(&["--user", "somebody else", "--", "echo", "at work"]);
    assert_eq!(unread(&mut second), (Some(75), String::new()), "no seat");
    holder.say("the end");
    assert!(holder.wait().success());
    wrapped.vendor.server.stop();
    // With no contact something is said before the program starts.
    assert_eq!(unread(&mut wrapped.command(&["--", "echo", "at work"])), (Some(0), "at work\n".to_owned()));
}

/// Some launchers have the system reap what they start, and pass that on.
///
/// Seen red: with SIGCHLD left ignored.
#[test]
fn a_launcher_that_waits_for_nobody_changes_no_exit_code() {
    let wrapped = Wrapped::new();
    let run = wrapped.command(&["--", "sh", "-c", "exit 3"]);
    let mut launcher = Command::new("env");
    launcher.arg("--ignore-signal=CHLD").arg(run.get_program()).args(run.get_args());
    launcher.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(Said::of(&mut launcher).code, 3);
    assert_eq!(wrapped.in_use(), Some(0));
}

#[test]
fn signals_reach_the_program_which_decides() {
    let wrapped = Wrapped::new();
    let script = "trap 'echo got INT' INT; trap 'echo got HUP' HUP; trap 'echo got WINCH' WINCH; trap 'echo got USR1' USR1; \
                  trap 'echo got TERM; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    let mut run = Process::start(&mut wrapped.command(&["--", "sh", "-c", script]));
    run.hear("ready");
    for (signal, heard) in
        [(Signal::INT, "got INT"), (Signal::HUP, "got HUP"), (Signal::WINCH, "got WINCH"), (Signal::USR1, "got USR1")]
    {
        run.signal(signal);
        run.hear(heard);
    }
    assert_eq!(wrapped.in_use(), Some(1));
    assert_eq!(run.stop().code(), Some(5));
    assert_eq!(wrapped.in_use(), Some(0));
}

/// Told to stop, both stop, so that a shell sees it; told to go on, both do.
#[test]
fn job_control_reaches_the_program() {
    let wrapped = Wrapped::new();
    let mut run = Process::start(&mut wrapped.command(&["--", "sh", "-c", "echo process $$; read line; echo went on"]));
    let program: u32 = run.hear("process ")["process ".len()..].parse().expect("a process id");
    let state = |id: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().and_then(|rest| rest.chars().next())
    };
    run.signal(Signal::TSTP);
    for id in [program, run.id()] {
        seatkeeper_test_support::until(seatkeeper_test_support::BOUND, "both to stop", || {
            (state(id) == Some('T')).then_some(())
        });
    }
    run.signal(Signal::CONT);
    run.say("line");
    run.hear("went on");
    assert!(run.wait().success());
}
