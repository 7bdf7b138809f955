//! Requests with JSON, answered with whatever the server says: a refusal is an answer too.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// Requests to one server, each over a connection of its own so that a restart in between is not felt.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
    base: String,
    headers: Vec<(String, String)>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: String,
}

impl Answer {
    /// The body as JSON; null when there is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// The JSON body, of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Http {
    /// Requests to `base`, such as `http://127.0.0.1:4870`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .proxy(None)
            .build();
        Self { agent: config.into(), base: base.to_owned(), headers: Vec::new() }
    }

    /// The same with a bearer token.
    pub fn bearer(&self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// The same with one more header.
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut more = self.clone();
        more.headers.retain(|(old, _)| !old.eq_ignore_ascii_case(name));
        more.headers.push((name.to_owned(), value.to_owned()));
        more
    }

    /// `GET path`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, None)
    }

    /// `POST path` with a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, Some(body))
    }

    /// `PUT path` with a JSON body.
    #[track_caller]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path, Some(body))
    }

    /// `POST path` with a form, as a browser sends it.
    #[track_caller]
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.attempt_form(path, fields)
            .unwrap_or_else(|error| panic!("POST {}{path} got no answer: {error}", self.base))
    }

    /// Likewise, where there may be no answer.
    pub fn attempt_form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", path, Some(("application/x-www-form-urlencoded", pairs.join("&"))))
    }

    /// `PATCH path` with a JSON body.
    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.request("PATCH", path, Some(body))
    }

    /// `DELETE path`.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path, None)
    }

    /// Any request; panics when there is no answer.
    #[track_caller]
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.attempt(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {}{path} got no answer: {error}", self.base))
    }

    /// Any request, where there may be no answer: the server may be down, or go down meanwhile.
    pub fn attempt(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, ureq::Error> {
        self.send(method, path, body.map(|body| ("application/json", body.to_string())))
    }

    /// With a body of some kind.
    fn send(&self, method: &str, path: &str, body: Option<(&str, String)>) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match body {
            Some((kind, body)) => self.agent.run(request.header("Content-Type", kind).body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_string()?,
        })
    }

    /// Sends a request and hangs up without waiting: the answer is lost on its way, as it happens to programs.
    pub fn hang_up(&self, method: &str, path: &str, body: &Value) -> io::Result<()> {
        let host = self.base.trim_start_matches("http://");
        let body = body.to_string();
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        let length = body.len();
        request += &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
        TcpStream::connect(host)?.write_all(request.as_bytes())
    }
}
