//! Help, completions and the manual page: printed, and complete.

use crate::{Said, seatkeeper};

#[test]
fn completions_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = Said::of(&mut seatkeeper(&["completions", shell])).done();
        assert!(said.out.contains("license"), "{shell}");
    }
}

#[test]
fn the_manual_page_names_every_command() {
    let page = Said::of(&mut seatkeeper(&["man"])).done().out;
    assert!(page.contains(".TH seatkeeper"), "{page}");
    for command in ["serve", "demo", "run", "doctor", "backup", "restore", "check", "license issue", "key rotate"] {
        assert!(page.contains(command), "{command} is not in the page");
    }
}

#[test]
fn help_is_data_and_a_reader_may_leave_early() {
    let said = Said::of(&mut seatkeeper(&["--help"])).done();
    assert!(said.err.is_empty() && said.out.contains("Exit codes"), "{said:?}");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "\"$1\" man | head -1 >/dev/null", "sh", env!("CARGO_BIN_EXE_seatkeeper")]);
    let output = shell.output().expect("a shell");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
