//! A server on the loopback that speaks HTTP for the invented one, or answers as something else would.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use seatkeeper_protocol::client::Device;
use seatkeeper_protocol::{Code, Problem, ProductKey, Secret, paths};

use super::SOON;
use crate::config::Config;
use crate::logic::tests::world::Server;
use crate::logic::{Call, Outcome, What};

/// What answers at the server's address.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Answers {
    Server,
    /// A hotel's page to sign in.
    Portal,
    /// Something that says yes to everything.
    Nobody,
    /// A server that sends everybody elsewhere.
    Redirect,
    /// Connections are taken and nothing is ever said.
    Silence,
    /// The server is busy.
    Busy,
    /// The server takes the request for another than it is.
    Confused,
}

pub(super) struct Site {
    server: Mutex<Server>,
    answers: Mutex<Answers>,
    pub(super) requests: AtomicUsize,
    address: String,
    root_key: String,
}

impl Site {
    pub(super) fn start(seats: usize) -> Arc<Site> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::new(seats);
        let site = Arc::new(Site {
            root_key: server.jwks().root.x,
            server: Mutex::new(server),
            answers: Mutex::new(Answers::Server),
            requests: AtomicUsize::new(0),
            address: format!("http://{}", listener.local_addr().unwrap()),
        });
        let theirs = site.clone();
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = theirs.clone();
                std::thread::spawn(move || while site.answer(&stream).is_some() {});
            }
        });
        site
    }

    pub(super) fn answers(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    pub(super) fn live(&self) -> usize {
        self.server.lock().unwrap().live.len()
    }

    pub(super) fn config(&self, state_dir: &Path) -> Config {
        Config::new("planner", "16")
            .server(&self.address)
            .root_key(&self.root_key)
            .key("SN-1", ProductKey::from_bits([1; 15]).to_string())
            .user("mara")
            .device(Device {
                name: "WS-14".into(),
                os: "test".into(),
                fingerprint: vec!["machine".into(), "disk".into(), "mac".into()],
            })
            .state_dir(state_dir)
    }

    /// Reads one request and answers it; none once the connection is at its end.
    fn answer(&self, mut stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        self.requests.fetch_add(1, Ordering::SeqCst);
        let header = |name: &str| {
            let found =
                head.iter().filter_map(|line| line.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_owned())
        };
        let mut body = match header("content-length") {
            Some(length) => vec![0; length.parse().unwrap()],
            None => Vec::new(),
        };
        reader.read_exact(&mut body).ok()?;
        let token = header("authorization").and_then(|value| value.strip_prefix("Bearer ").map(Secret::new));
        let answers = *self.answers.lock().unwrap();
        let (status, kind, body) = match answers {
            Answers::Server => self.serve(&head[0], token, &body),
            Answers::Portal => (200, "text/html", "<h1>Welcome to our hotel</h1>".into()),
            Answers::Nobody => (204, "text/html", String::new()),
            Answers::Redirect => (302, "text/html", String::new()),
            Answers::Busy | Answers::Confused => {
                let code = if answers == Answers::Busy { Code::Overloaded } else { Code::MalformedRequest };
                let problem = Problem::new(code, "Not now.");
                (problem.status, paths::PROBLEM_JSON, serde_json::to_string(&problem).unwrap())
            }
            Answers::Silence => {
                std::thread::sleep(SOON);
                return None;
            }
        };
        let id = if answers == Answers::Nobody { "" } else { "request-id: r1\r\n" };
        let head = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{id}location: {}/elsewhere\r\n\r\n",
            body.len(),
            self.address
        );
        // Whoever asked may be gone.
        stream.write_all((head + &body).as_bytes()).ok()
    }

    fn serve(&self, request: &str, token: Option<Secret>, body: &[u8]) -> (u16, &'static str, String) {
        let words: Vec<_> = request.split(' ').collect();
        let (path, query) = words[1].split_once('?').unwrap_or((words[1], ""));
        let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
        let mut server = self.server.lock().unwrap();
        let what = match (words[0], &parts[..]) {
            ("GET", [".well-known", "jwks.json"]) => {
                return (200, "application/json", serde_json::to_string(&server.jwks()).unwrap());
            }
            ("POST", ["v1", "client", "activations"]) => What::Activate(serde_json::from_slice(body).unwrap()),
            ("PUT", ["v1", "client", "checkouts", id]) => {
                What::Checkout(id.parse().unwrap(), serde_json::from_slice(body).unwrap())
            }
            ("POST", ["v1", "client", "checkouts", id, "refresh"]) => {
                What::Refresh(id.parse().unwrap(), serde_json::from_slice(body).unwrap())
            }
            ("DELETE", ["v1", "client", "checkouts", id]) => {
                let ended_at = query.strip_prefix("ended_at=").map(|at| at.parse().unwrap());
                What::Return(id.parse().unwrap(), ended_at)
            }
            ("DELETE", ["v1", "client", "activation"]) => What::GiveUp,
            ("GET", ["v1", "client", "activation"]) => What::Terms,
            _ => return (404, "text/plain", String::new()),
        };
        let call = Call { server: self.address.clone(), key_id: String::new(), token, what };
        let time = crate::worker::Shared::new(crate::http::Http::new(false)).clocks().0.as_second();
        let json = |answer: serde_json::Result<String>| (200, "application/json", answer.unwrap());
        match server.answer(&call, time) {
            Outcome::Activated(answer) => json(serde_json::to_string(&answer)),
            Outcome::Terms(answer) => json(serde_json::to_string(&answer)),
            Outcome::Granted(answer) => json(serde_json::to_string(&answer)),
            Outcome::Done => (204, "application/json", String::new()),
            Outcome::Refused(problem, _) | Outcome::NoContact(problem, _) => {
                (problem.status, "application/problem+json", serde_json::to_string(&problem).unwrap())
            }
        }
    }
}
