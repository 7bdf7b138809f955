//! A real `seatkeeper serve` on loopback, with a data folder of its own.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use tempfile::TempDir;

use crate::port::free_port;
use crate::{BOUND, Http, Process, binary, until};

/// How to start a server.
#[derive(Debug, Default)]
pub struct Start {
    data: Option<PathBuf>,
    secrets_of: Option<PathBuf>,
    under: Vec<OsString>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    preload: Vec<PathBuf>,
}

impl Start {
    /// Keeps the books in this folder, which stays; otherwise in a temporary one, which goes with the server.
    pub fn data(mut self, folder: &Path) -> Self {
        self.data = Some(folder.to_owned());
        self
    }

    /// Keeps the books in this database, in place of the data folder.
    pub fn database(self, url: &str) -> Self {
        self.argument("--database").argument(url)
    }

    /// Gives it the secrets of another server's data folder before it starts: the two are to have the same books.
    pub fn secrets_of(mut self, data: &Path) -> Self {
        self.secrets_of = Some(data.to_owned());
        self
    }

    /// Runs it under another program, such as `strace -D …`, which must exec it so that the process id is the server's.
    pub fn under(mut self, words: &[&str]) -> Self {
        self.under = words.iter().map(OsString::from).collect();
        self
    }

    /// One more argument of `seatkeeper serve`.
    pub fn argument(mut self, word: impl AsRef<OsStr>) -> Self {
        self.arguments.push(word.as_ref().to_owned());
        self
    }

    /// One more variable of its environment.
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let (name, value) = (name.as_ref().to_owned(), value.as_ref().to_owned());
        self.environment.push((name, value));
        self
    }

    /// One more library that stands between it and the system (`LD_PRELOAD`).
    pub fn preload(mut self, library: &Path) -> Self {
        self.preload.push(library.to_owned());
        self
    }

    /// Starts it and waits until it is ready.
    #[track_caller]
    pub fn ready(self) -> Server {
        let temporary = self.data.is_none().then(|| TempDir::new().expect("a temporary folder"));
        let data = self
            .data
            .clone()
            .unwrap_or_else(|| temporary.as_ref().map(|folder| folder.path().join("data")).expect("one of the two"));
        if let Some(other) = &self.secrets_of {
            copy_secrets(other, &data);
        }
        let mut process = Process::start(&mut self.command(&data, &format!("127.0.0.1:{}", free_port())));
        let address = address(&mut process);
        let server = Server { process, start: self, data, address, _temporary: temporary };
        server.wait_ready();
        server
    }

    fn command(&self, data: &Path, listen: &str) -> Command {
        let mut words = self.under.clone();
        words.push(binary("seatkeeper").into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg("serve").arg("--data").arg(data).args(["--listen", listen]);
        command.args(&self.arguments).envs(self.environment.iter().cloned());
        if !self.preload.is_empty() {
            let libraries: Vec<_> = self.preload.iter().map(|path| path.as_os_str()).collect();
            command.env("LD_PRELOAD", libraries.join(OsStr::new(":")));
        }
        command
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    // Before the folder that it writes to: fields are dropped in this order.
    process: Process,
    start: Start,
    data: PathBuf,
    address: String,
    _temporary: Option<TempDir>,
}

impl Server {
    /// A server with fresh books and nothing special.
    #[track_caller]
    pub fn start() -> Self {
        Start::default().ready()
    }

    /// Where it answers: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.address
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its process, for signals and output.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Requests to it, with no token.
    pub fn http(&self) -> Http {
        Http::new(&self.address)
    }

    /// Requests to it, with a fresh token of `role`.
    #[track_caller]
    pub fn http_as(&self, role: &str) -> Http {
        self.http().bearer(&self.token(&["--role", role]))
    }

    /// A fresh administration token, made as an administrator does: `seatkeeper token create --data … WORDS`.
    #[track_caller]
    pub fn token(&self, words: &[&str]) -> String {
        let mut command = Command::new(binary("seatkeeper"));
        command.args(["token", "create", "--data"]).arg(&self.data).args(words);
        let output = command.output().expect("seatkeeper starts");
        assert!(output.status.success(), "no token: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a token is text").trim().to_owned()
    }

    /// Whether it says that it is ready.
    pub fn is_ready(&self) -> bool {
        self.http().attempt("GET", "/readyz", None).is_ok_and(|answer| answer.status == 200)
    }

    /// Waits until it says that it is ready.
    #[track_caller]
    pub fn wait_ready(&self) {
        until(BOUND, "the server to be ready", || self.is_ready().then_some(()));
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Asks it to end, and waits until it has.
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        self.process.stop()
    }

    /// Starts it again after `kill9` or `stop`: the same books, the same port.
    #[track_caller]
    pub fn restart(&mut self) {
        assert!(!self.process.is_running(), "it still runs: stop or kill it first");
        let listen = self.address.trim_start_matches("http://");
        self.process = Process::start(&mut self.start.command(&self.data, listen));
        address(&mut self.process);
        self.wait_ready();
    }
}

/// What seals and signs, into a data folder that is made as the server makes its own.
fn copy_secrets(from: &Path, to: &Path) {
    DirBuilder::new().recursive(true).mode(0o700).create(to).expect("a data folder");
    for secret in ["master.key", "root.key"] {
        fs::copy(from.join(secret), to.join(secret)).expect("a secret");
    }
}

/// From the line that it prints when it listens.
#[track_caller]
fn address(process: &mut Process) -> String {
    let line = process.hear("listening ");
    line["listening ".len()..].trim().to_owned()
}
