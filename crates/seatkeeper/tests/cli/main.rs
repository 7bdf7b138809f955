//! The command line as people and scripts meet it: real processes, a real server, and what they print where.

mod account;
mod administration;
mod configuration;
mod database;
mod demo;
mod doctor;
mod figures;
mod follow;
mod import;
mod migrate;
mod owner;
mod pages;
mod run;
mod serve;

use std::process::Command;

use seatkeeper_test_support::Server;
use serde_json::Value;

/// The program, with nothing of this machine's environment that it would listen to.
fn seatkeeper(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatkeeper"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SEATKEEPER_")
            || name.to_string_lossy().to_lowercase().ends_with("_proxy")
        {
            command.env_remove(name);
        }
    }
    command.args(words);
    command
}

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(command: &mut Command) -> Self {
        let output = command.output().expect("seatkeeper starts");
        Self {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// It did what was asked.
    #[track_caller]
    fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It was refused, with these words on standard error and no data.
    #[track_caller]
    fn refused(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {}", self.err);
        }
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A vendor with a server, who has a token.
struct Vendor {
    server: Server,
    token: String,
}

impl Vendor {
    /// With one product, `planner`, and one customer, `Alpha Bau` (`C-1`).
    #[track_caller]
    fn start() -> Self {
        Self::on(Server::start())
    }

    /// Likewise, on a server with fresh books.
    #[track_caller]
    fn on(server: Server) -> Self {
        let token = server.token(&["--role", "admin"]);
        let vendor = Self { server, token };
        vendor
            .says(&[
                "product",
                "add",
                "planner",
                "--name",
                "Planner",
                "--feature",
                "bim=Building model",
                "--feature",
                "4d",
            ])
            .done();
        vendor.says(&["customer", "add", "Alpha Bau", "--external-id", "C-1"]).done();
        vendor
    }

    /// A command by token, from elsewhere.
    fn says(&self, words: &[&str]) -> Said {
        let mut command = seatkeeper(words);
        Said::of(command.env("SEATKEEPER_URL", self.server.url()).env("SEATKEEPER_TOKEN", &self.token))
    }

    /// Its answer as JSON.
    #[track_caller]
    fn json(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = ["--json"].iter().chain(words).copied().collect();
        self.says(&words).done().json()
    }

    /// A pool of so many seats.
    #[track_caller]
    fn pool(&self, seats: &str) -> Value {
        self.json(&[
            "license",
            "issue",
            "--customer",
            "C-1",
            "--product",
            "planner",
            "--seats",
            seats,
            "--term",
            "perpetual",
        ])
    }
}

/// A member of an answer that is text.
#[track_caller]
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}
