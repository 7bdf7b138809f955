//! One request after another to a server's administration API: the token, refusals, pages of lists. Knows no noun.

use std::time::Duration;

use anyhow::{Context, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use seatkeeper_protocol::{Problem, Secret, paths};
use serde::Serialize;
use serde_json::{Value, json};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};
use uuid::Uuid;

/// What need not be escaped in a path or a query (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest answer that is read, in bytes: an import of many thousand licences.
const MAX_ANSWER: u64 = 256 << 20;

/// Requests to one server.
pub(crate) struct Client {
    agent: Agent,
    base: String,
    token: Option<Secret>,
}

/// A query: names with their values, those that were given.
pub(crate) type Query<'a> = &'a [(&'a str, Option<String>)];

impl Client {
    /// Requests by `agent` to `base`, such as `https://licences.example.com`.
    pub(crate) fn new(agent: Agent, base: &str, token: Option<Secret>) -> Self {
        Self { agent, base: base.trim_end_matches('/').to_owned(), token }
    }

    /// `GET`.
    pub(crate) fn get(&self, path: &str, query: Query<'_>) -> anyhow::Result<Value> {
        read(self.send(Method::GET, &format!("{path}{}", encoded(query)), None, None)?)
    }

    /// `GET`, with the revision of what was read (`ETag`).
    pub(crate) fn get_tagged(&self, path: &str) -> anyhow::Result<(Value, Option<String>)> {
        let response = self.send(Method::GET, path, None, None)?;
        let revision = response.headers().get("etag").and_then(|tag| Some(tag.to_str().ok()?.to_owned()));
        Ok((read(response)?, revision))
    }

    /// `POST`. A request whose answer is lost on the way is repeated once: the server does it only once.
    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Value> {
        read(self.send(Method::POST, path, Some(serde_json::to_value(body)?), None)?)
    }

    /// `PATCH`.
    pub(crate) fn patch(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Value> {
        self.patch_if(path, body, None)
    }

    /// `PATCH`, refused where the thing is no longer at the revision that was read.
    pub(crate) fn patch_if(&self, path: &str, body: &impl Serialize, revision: Option<&str>) -> anyhow::Result<Value> {
        read(self.send(Method::PATCH, path, Some(serde_json::to_value(body)?), revision)?)
    }

    /// `DELETE`.
    pub(crate) fn delete(&self, path: &str) -> anyhow::Result<Value> {
        read(self.send(Method::DELETE, path, None, None)?)
    }

    /// `POST`, the answer to be read as it comes.
    pub(crate) fn stream(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Response<Body>> {
        let response = self.send(Method::POST, path, Some(serde_json::to_value(body)?), None)?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(response)) }
    }

    /// A list from `cursor` on, page after page, until it ends or `most` are there; its cursor says where it would go on.
    pub(crate) fn list(
        &self,
        path: &str,
        query: Query<'_>,
        mut cursor: Option<String>,
        most: usize,
    ) -> anyhow::Result<Value> {
        let mut items: Vec<Value> = Vec::new();
        loop {
            let limit = (most - items.len()).min(paths::MAX_PAGE);
            let paging = [("limit", Some(limit.to_string())), ("cursor", cursor)];
            let mut page = self.get(path, &[query, &paging].concat())?;
            let more = page["items"].as_array_mut().context("the server's list has no items")?;
            let got = more.len();
            items.append(more);
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() || got == 0 || items.len() >= most {
                return Ok(json!({ "items": items, "next_cursor": cursor }));
            }
        }
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        revision: Option<&str>,
    ) -> anyhow::Result<Response<Body>> {
        let once = Uuid::new_v4().to_string();
        let attempt = || -> Result<_, ureq::Error> {
            let mut request = Request::builder().method(&method).uri(format!("{}{path}", self.base));
            if let Some(token) = &self.token {
                request = request.header("authorization", format!("Bearer {}", token.expose()));
            }
            if method == Method::POST {
                request = request.header(paths::IDEMPOTENCY_KEY, &once);
            }
            if let Some(revision) = revision {
                request = request.header("if-match", revision);
            }
            match &body {
                None => self.agent.run(request.body(())?),
                Some(body) => {
                    let request = request.header("content-type", "application/json");
                    self.agent.run(request.body(body.to_string())?)
                }
            }
        };
        // Reading, setting and ending are safe to repeat by themselves, adding by its idempotency key. What was read before
        // is no longer there if the first attempt came through.
        let again = |error: &ureq::Error| revision.is_none() && lost(error);
        let answer = attempt().or_else(|error| if again(&error) { attempt() } else { Err(error) });
        answer.with_context(|| format!("no answer from {}", self.base))
    }
}

/// An agent for servers elsewhere: proxies of the environment, the machine's root certificates, no redirects with a token.
pub(crate) fn agent() -> anyhow::Result<Agent> {
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = ureq::tls::RootCerts::PlatformVerifier;
    let tls = ureq::tls::TlsConfig::builder().unversioned_rustls_crypto_provider(provider).root_certs(roots);
    let config = Agent::config_builder().tls_config(tls.build()).http_status_as_error(false).max_redirects(0);
    Ok(config
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(120)))
        .build()
        .into())
}

/// Whether the request may have arrived and only its answer was lost.
fn lost(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(e) if e.kind() != std::io::ErrorKind::ConnectionRefused)
}

fn read(mut response: Response<Body>) -> anyhow::Result<Value> {
    if !response.status().is_success() {
        return Err(refusal(response));
    }
    let body = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().context("the answer broke off")?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).context("the answer is not JSON: is this a Seatkeeper server?")
}

/// The server's refusal, or what something in between said in its place.
fn refusal(mut response: Response<Body>) -> anyhow::Error {
    let status = response.status();
    let body = response.body_mut().read_to_vec().unwrap_or_default();
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => problem.into(),
        Err(_) => {
            anyhow::anyhow!("HTTP {status}, and not from Seatkeeper: is the address right, and what is in between?")
        }
    }
}

/// A query as it stands behind a path.
fn encoded(query: Query<'_>) -> String {
    let given = query.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let pairs: Vec<String> = given.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A word that somebody typed, as it may stand in a path or a query.
pub(crate) fn escaped(word: &str) -> String {
    utf8_percent_encode(word, ESCAPED).to_string()
}

/// The one item of a list that must have exactly one; `what` names it.
pub(crate) fn only(mut items: Vec<Value>, what: &str) -> anyhow::Result<Value> {
    match items.len() {
        1 => Ok(items.remove(0)),
        0 => bail!("there is no {what}"),
        more => bail!("there are {more} of {what}; name it by its id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_escaped() {
        let query: Query<'_> = &[("user", Some("mara & co/ü".into())), ("device", None), ("limit", Some("5".into()))];
        assert_eq!(encoded(query), "?user=mara%20%26%20co%2F%C3%BC&limit=5");
        assert_eq!(encoded(&[]), "");
    }

    #[test]
    fn one_is_one() {
        assert!(only(vec![], "customer \"x\"").unwrap_err().to_string().contains("no customer"));
        assert!(only(vec![json!(1), json!(2)], "customer \"x\"").unwrap_err().to_string().contains("2 of customer"));
        assert_eq!(only(vec![json!(1)], "").unwrap(), json!(1));
    }
}
