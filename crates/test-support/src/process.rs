//! One child process: spoken to by lines, killed and waited for when its guard is dropped.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::wait::{BOUND, until};

/// A running program. Its output goes to files, so that it never blocks on a reader; they go when the guard does.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    output: TempDir,
    /// Bytes of standard output that `hear` has gone past.
    heard: usize,
    name: String,
}

impl Process {
    /// Starts `command` with its input and output in our hands.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().display().to_string();
        let output = TempDir::new().expect("a temporary folder");
        let file = |stream| File::create(output.path().join(stream)).expect("a file for output");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap_or_else(|error| panic!("could not start {name}: {error}"));
        let stdin = child.stdin.take();
        Self { child, stdin, output, heard: 0, name }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that it wrote to standard output so far.
    pub fn stdout(&self) -> String {
        self.read("stdout")
    }

    /// All that it wrote to standard error so far.
    pub fn stderr(&self) -> String {
        self.read("stderr")
    }

    /// Writes a line to its standard input.
    pub fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("its input is still open");
        writeln!(stdin, "{line}").unwrap_or_else(|error| panic!("{} hears no more: {error}", self.name));
    }

    /// Ends its standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Waits for a line on standard output that starts with `beginning`, among those not yet heard, and returns it.
    #[track_caller]
    pub fn hear(&mut self, beginning: &str) -> String {
        let what = format!("{} to print `{beginning}…`", self.name);
        until(BOUND, &what, || {
            while let Some(line) = self.next_line() {
                if line.starts_with(beginning) {
                    return Some(line);
                }
            }
            self.assert_running(&what);
            None
        })
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let id = Pid::from_child(&self.child);
        kill_process(id, signal).unwrap_or_else(|error| panic!("could not signal {}: {error}", self.name));
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be waited for").is_none()
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let what = format!("{} to end", self.name);
        until(BOUND, &what, || self.child.try_wait().expect("a child can be waited for"))
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Ends it as a power cut would (SIGKILL): it has no say. Waited for, so that its locks are free when this returns.
    pub fn kill9(&mut self) {
        // Neither fails but for one that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn assert_running(&mut self, what: &str) {
        if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
            panic!("waited for {what}, but it ended ({status}): {}", self.stderr());
        }
    }

    fn next_line(&mut self) -> Option<String> {
        let text = self.stdout();
        let rest = text.get(self.heard..)?;
        let (line, _) = rest.split_once('\n')?;
        self.heard += line.len() + 1;
        Some(line.to_owned())
    }

    fn read(&self, stream: &str) -> String {
        let path: PathBuf = self.output.path().join(stream);
        String::from_utf8_lossy(&fs::read(path).expect("its output is there")).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            eprintln!("--- {} said:\n{}{}", self.name, self.stdout(), self.stderr());
        }
    }
}
