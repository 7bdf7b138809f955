//! Chromium and the program that drives it. Both end with their guard: the browser hangs on a pipe to its driver, so that it
//! goes with it however the driver ends.

use std::process::Command;

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use seatkeeper_test_support::Process;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

const FLAGS: &[&str] = &[
    // Containers' tests run as root, where Chromium does not start with its sandbox.
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A container's shared memory is too small for a page's.
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
    // Scrollbars of their own width would make a phone's page narrower than a phone's.
    "--hide-scrollbars",
];

/// A browser with a fresh profile, and the connection to it.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) client: Client,
    runtime: Runtime,
    // Fields are dropped in this order: the profile goes when nobody writes to it.
    _process: Process,
    _profile: TempDir,
}

impl Driver {
    #[track_caller]
    pub(crate) fn start() -> Self {
        let profile = TempDir::new().expect("a temporary folder");
        let mut process = Process::start(Command::new("chromedriver").arg("--port=0"));
        const STARTED: &str = "ChromeDriver was started successfully on port ";
        let line = process.hear(STARTED);
        let address = format!("http://127.0.0.1:{}", line[STARTED.len()..].trim_end_matches('.'));
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().expect("an object").clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(builder.connect(&address));
        let client = client.unwrap_or_else(|error| panic!("Chromium did not start: {error}"));
        Self { client, runtime, _process: process, _profile: profile }
    }

    /// Waits for what the browser answers.
    pub(crate) fn wait<T>(&self, answer: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
        self.runtime.block_on(answer)
    }

    /// A command of the browser's own protocol (CDP), beside WebDriver's.
    #[track_caller]
    pub(crate) fn command(&self, name: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": name, "params": parameters });
        let answer = self.wait(self.client.issue_cmd(Own { endpoint: "goog/cdp/execute", body }));
        answer.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What pages wrote to the console since this was last asked, the browser's own complaints among it.
    #[track_caller]
    pub(crate) fn console(&self) -> Vec<Value> {
        let body = json!({ "type": "browser" });
        let answer = self.wait(self.client.issue_cmd(Own { endpoint: "se/log", body })).expect("the browser's log");
        answer.as_array().cloned().unwrap_or_default()
    }
}

/// A command that is Chromium's, not the standard's.
#[derive(Debug)]
struct Own {
    endpoint: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.endpoint))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
