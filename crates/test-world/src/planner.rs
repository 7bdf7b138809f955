//! People at their desks with the real program: the SDK's example `planner`, as a process of its own. Knows how it is started
//! and the lines it reads and prints.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use seatkeeper_test_support::{FakeClock, Process, example};
use serde_json::Value;
use tempfile::TempDir;

use crate::License;

/// One user's installation of the planner on a device: what it remembers stays from one start to the next.
#[derive(Debug)]
pub struct Desk {
    user: String,
    device: String,
    url: String,
    key: Option<License>,
    folder: TempDir,
}

impl Desk {
    /// A desk where nothing has been started, with the licence's key in its environment and the server at `url`.
    pub fn new(user: &str, device: &str, url: &str, license: &License) -> Self {
        Self { key: Some(license.clone()), ..Self::without_key(user, device, url) }
    }

    /// A desk with no key in its environment.
    pub fn without_key(user: &str, device: &str, url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self { user: user.to_owned(), device: device.to_owned(), url: url.to_owned(), key: None, folder }
    }

    /// Puts a key into the user's file, in place of what is there.
    pub fn write_key_file(&self, license: &License) {
        let file = self.home().join(".config/seatkeeper/planner.keys");
        fs::create_dir_all(file.parent().expect("it stands in a folder")).expect("a folder for it");
        let License { serial_number, product_key, .. } = license;
        let text = format!("serial_number = {serial_number}\nproduct_key = {product_key}\n");
        fs::write(file, text).expect("the file can be written");
    }

    /// Starts the program.
    #[track_caller]
    pub fn start(&self) -> Planner {
        Planner::start(&mut self.command())
    }

    /// Starts it with a clock that the test steps.
    #[track_caller]
    pub fn start_at(&self, clock: &FakeClock) -> Planner {
        let mut command = self.command();
        clock.set(&mut command);
        Planner::start(&mut command)
    }

    /// Starts it in a remote session on a host that several people share.
    #[track_caller]
    pub fn start_in_session(&self, session: &str) -> Planner {
        Planner::start(self.command().env("SEATKEEPER_OS_SESSION", session))
    }

    /// Starts it and waits until it has a seat.
    #[track_caller]
    pub fn seated(&self) -> Planner {
        let mut planner = self.start();
        planner.comes_to("licensed");
        planner
    }

    /// What it remembers, as it stands on disk.
    #[track_caller]
    pub fn remembered(&self) -> Value {
        let product = self.home().join(".local/state/seatkeeper/planner");
        let device = fs::read_dir(product).expect("a folder").next().expect("one device's").expect("its name");
        let text = fs::read_to_string(device.path().join("state")).expect("the state");
        let (_mac, memory) = text.split_once('\n').expect("two parts");
        serde_json::from_str(memory).expect("JSON")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(example("planner"));
        command.env_clear().env("HOME", self.home()).env("SEATKEEPER_URL", &self.url);
        command.env("PLANNER_USER", &self.user).env("PLANNER_DEVICE", &self.device);
        if let Some(License { serial_number, product_key, .. }) = &self.key {
            command.env("SEATKEEPER_SERIAL_NUMBER", serial_number).env("SEATKEEPER_PRODUCT_KEY", product_key);
        }
        command
    }

    fn home(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// The running program. Dropping it kills it: a crash, as far as its seat is concerned.
#[derive(Debug)]
pub struct Planner {
    process: Process,
    /// How it stood by the last line heard.
    stand: Stand,
}

/// How it stands with its licence, as it printed it: `state NAME fact=value …`.
#[derive(Clone, Debug)]
pub struct Stand(String);

impl Stand {
    /// `licensed`, `offline`, `grace`, `grace_over`, `refused`, `lost` or `closed`.
    pub fn name(&self) -> &str {
        self.0.split(' ').nth(1).unwrap_or_default()
    }

    /// A fact of it.
    #[track_caller]
    pub fn fact(&self, name: &str) -> &str {
        let at = self.0.find(&format!(" {name}=")).unwrap_or_else(|| panic!("no {name} in {:?}", self.0));
        let value = &self.0[at + name.len() + 2..];
        match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => value.split(' ').next().unwrap_or_default(),
        }
    }
}

impl Planner {
    #[track_caller]
    fn start(command: &mut Command) -> Self {
        Self { process: Process::start(command), stand: Stand("state starting".to_owned()) }
    }

    /// Waits until it says that it stands so, if it does not yet.
    #[track_caller]
    pub fn comes_to(&mut self, name: &str) -> Stand {
        self.listen();
        while self.stand.name() != name {
            self.stand = Stand(self.process.hear("state "));
        }
        self.stand.clone()
    }

    /// How it stands now.
    #[track_caller]
    pub fn stands(&mut self) -> Stand {
        self.process.say("state");
        self.listen();
        self.stand.clone()
    }

    /// Hears all that it has said until now.
    #[track_caller]
    fn listen(&mut self) {
        self.process.say("feature heard");
        loop {
            let line = self.process.hear("");
            if line.starts_with("state ") {
                self.stand = Stand(line);
            } else if line == "feature heard off" {
                return;
            }
        }
    }

    /// Its user tries again.
    pub fn retry(&mut self) {
        self.process.say("retry");
    }

    /// Its user opens a document, changes and saves it, and closes it: all of which must work however the licence stands.
    #[track_caller]
    pub fn works(&mut self) {
        for (command, done) in [("open bridge", "opened bridge"), ("save", "saved"), ("close bridge", "closed bridge")]
        {
            self.process.say(command);
            self.process.hear(done);
        }
    }

    /// Whether the licence switches a feature on.
    #[track_caller]
    pub fn has_feature(&mut self, code: &str) -> bool {
        self.process.say(&format!("feature {code}"));
        self.process.hear(&format!("feature {code} ")).ends_with(" on")
    }

    /// Its user gives this device up (Move Licence), which must work.
    #[track_caller]
    pub fn deactivate(&mut self) {
        self.process.say("deactivate");
        self.process.hear("deactivated");
    }

    /// Its user closes it.
    #[track_caller]
    pub fn quit(mut self) {
        self.process.say("quit");
        assert!(self.process.wait().success(), "{}", self.process.stderr());
    }

    /// It crashes.
    pub fn crash(mut self) {
        self.process.kill9();
    }

    /// Its process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
