//! Asks a server over HTTP and says what came back. Knows nothing of what an answer means for the licence.
//!
//! Only what looks like the answer of a Seatkeeper server is one. Whatever else answers (a proxy, a hotel's sign-in page, a
//! server that redirects) is no contact.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use seatkeeper_protocol::jwks::Jwks;
use seatkeeper_protocol::{Problem, Secret, paths};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, AsSendBody, Body, Proxy};

use crate::logic::{Call, Outcome, Reply, What};
use crate::{problems, trust};

/// The longest a call may take, unless told otherwise.
pub(crate) const LONGEST: Duration = Duration::from_secs(8);
/// The longest connecting may take: nothing can interrupt it.
const CONNECT: Duration = Duration::from_secs(4);
const MAX_ANSWER: u64 = 256 * 1024;
const USER_AGENT: &str = concat!("seatkeeper-client/", env!("CARGO_PKG_VERSION"));

/// The way to the servers.
pub(crate) struct Http {
    agent: Mutex<Agent>,
    plain_http: bool,
}

/// What is sent.
struct Ask<'a> {
    method: Method,
    path: String,
    token: Option<&'a Secret>,
    body: Option<Vec<u8>>,
}

/// An answer: its status, its body, and the two headers that count.
struct Answer {
    status: u16,
    problem: bool,
    ours: bool,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl Http {
    /// `plain_http`: product keys and tokens may go unencrypted also beyond this machine.
    pub(crate) fn new(plain_http: bool) -> Self {
        Http { agent: Mutex::new(agent()), plain_http }
    }

    /// Ends the call under way, if there is one, unless it is still connecting.
    pub(crate) fn interrupt(&self) {
        let old = std::mem::replace(&mut *self.agent.lock().unwrap_or_else(PoisonError::into_inner), agent());
        old.shutdown();
    }

    /// Makes a call within `timeout`, unless it is `cancelled` before. `knows` tells whether a signing key's id is known;
    /// otherwise the server's keys are fetched, too.
    pub(crate) fn perform(
        &self,
        call: &Call,
        timeout: Duration,
        knows: impl Fn(&str) -> bool,
        cancelled: impl Fn() -> bool,
    ) -> Reply {
        let agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Asked after the agent is taken: an interruption from now on ends this very agent's calls.
        if cancelled() {
            return Reply { outcome: no_contact(&call.server, "the program is closing"), jwks: None };
        }
        let (outcome, document) = match self.ask(&agent, call, timeout) {
            Ok(answer) => outcome(call, answer),
            Err(why) => (why, None),
        };
        let unknown = document.and_then(|document| trust::signer(&document)).is_some_and(|kid| !knows(&kid));
        if !unknown {
            return Reply { outcome, jwks: None };
        }
        let ask = Ask { method: Method::GET, path: paths::JWKS.to_owned(), token: None, body: None };
        let keys = self.send(&agent, &call.server, ask, timeout);
        match keys.and_then(|answer| read::<Jwks>(&call.server, &answer)) {
            Ok(jwks) => Reply { outcome, jwks: Some(jwks) },
            Err(why) => Reply { outcome: why, jwks: None },
        }
    }

    fn ask(&self, agent: &Agent, call: &Call, timeout: Duration) -> Result<Answer, Outcome> {
        let (method, path, body) = match &call.what {
            What::Activate(request) => (Method::POST, paths::ACTIVATIONS.to_owned(), Some(json(request))),
            What::Terms => (Method::GET, paths::ACTIVATION.to_owned(), None),
            What::GiveUp => (Method::DELETE, paths::ACTIVATION.to_owned(), None),
            What::Checkout(id, request) => (Method::PUT, paths::checkout(*id), Some(json(request))),
            What::Refresh(id, request) => (Method::POST, paths::refresh(*id), Some(json(request))),
            What::Return(id, None) => (Method::DELETE, paths::checkout(*id), None),
            What::Return(id, Some(at)) => (Method::DELETE, format!("{}?ended_at={at}", paths::checkout(*id)), None),
        };
        let ask = Ask { method, path, token: call.token.as_ref(), body };
        self.send(agent, &call.server, ask, timeout)
    }

    fn send(&self, agent: &Agent, server: &str, ask: Ask, timeout: Duration) -> Result<Answer, Outcome> {
        let fail = |why: &str| no_contact(server, why);
        let uri: Uri = format!("{server}{}", ask.path).parse().map_err(|_| fail("its address is not a URL"))?;
        let loopback = is_loopback(&uri);
        if uri.scheme_str() != Some("https") && !loopback && !self.plain_http {
            return Err(Outcome::NoContact(problems::untrusted("its address does not begin with https"), None));
        }
        let mut request = Request::builder().method(ask.method).uri(uri);
        if let Some(token) = ask.token {
            request = request.header("authorization", format!("Bearer {}", token.expose()));
        }
        let proxy = if loopback { None } else { Proxy::try_from_env() };
        let response = match ask.body {
            Some(body) => run(agent, request.header("content-type", "application/json").body(body), proxy, timeout),
            None => run(agent, request.body(()), proxy, timeout),
        };
        response.and_then(receive).map_err(|error| fail(&why(&error)))
    }
}

fn run<B: AsSendBody>(
    agent: &Agent,
    request: ureq::http::Result<Request<B>>,
    proxy: Option<Proxy>,
    timeout: Duration,
) -> Result<Response<Body>, ureq::Error> {
    let request = agent
        .configure_request(request?)
        .proxy(proxy)
        .timeout_global(Some(timeout))
        .timeout_connect(Some(timeout.min(CONNECT)))
        .build();
    agent.run(request)
}

fn agent() -> Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_age(Duration::from_secs(3))
        .user_agent(USER_AGENT)
        .accept("application/json")
        .tls_config(tls)
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Here)
}

/// Looks names up on the calling thread. With a timeout the usual resolver starts a thread of its own, which would outlive us.
#[derive(Debug)]
struct Here;

impl Resolver for Here {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(uri, config, NextTimeout::default())
    }
}

fn receive(response: Response<Body>) -> Result<Answer, ureq::Error> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let problem = header("content-type").is_some_and(|kind| kind.starts_with(paths::PROBLEM_JSON));
    let retry_after = header("retry-after").and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
    let ours = header(paths::REQUEST_ID).is_some();
    let status = response.status().as_u16();
    let body = response.into_body().into_with_config().limit(MAX_ANSWER).read_to_vec()?;
    Ok(Answer { status, problem, ours, retry_after, body })
}

/// What an answer says, and the signed document in it.
fn outcome(call: &Call, answer: Answer) -> (Outcome, Option<String>) {
    let server = &call.server;
    if answer.problem
        && let Ok(mut problem) = serde_json::from_slice::<Box<Problem>>(&answer.body)
    {
        problem.status = answer.status;
        return match answer.status {
            // About the licence, this device or its seat.
            401 | 403 | 404 | 409 | 410 | 429 => (Outcome::Refused(problem, answer.retry_after), None),
            // It asks for patience, has troubles of its own or does not understand what was asked: nobody's work ends for that.
            _ => (Outcome::NoContact(problem, answer.retry_after), None),
        };
    }
    let read = match &call.what {
        What::Activate(_) => read(server, &answer).map(|a| Outcome::Activated(Box::new(a))),
        What::Terms => read(server, &answer).map(|a| Outcome::Terms(Box::new(a))),
        What::Checkout(..) | What::Refresh(..) => read(server, &answer).map(|a| Outcome::Granted(Box::new(a))),
        What::Return(..) | What::GiveUp if answer.status == 204 && answer.ours => Ok(Outcome::Done),
        What::Return(..) | What::GiveUp => Err(foreign(server, answer.status)),
    };
    let outcome = read.unwrap_or_else(|why| why);
    let document = match &outcome {
        Outcome::Activated(answer) => Some(answer.certificate.clone()),
        Outcome::Terms(answer) => Some(answer.certificate.clone()),
        Outcome::Granted(answer) => Some(answer.lease.clone()),
        _ => None,
    };
    (outcome, document)
}

fn read<T: DeserializeOwned>(server: &str, answer: &Answer) -> Result<T, Outcome> {
    let body = (200..300).contains(&answer.status).then_some(&answer.body);
    body.and_then(|body| serde_json::from_slice(body).ok()).ok_or_else(|| foreign(server, answer.status))
}

fn json(request: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(request).expect("requests are plain data")
}

fn foreign(server: &str, status: u16) -> Outcome {
    no_contact(server, &format!("something else answered there, with status {status}"))
}

fn no_contact(server: &str, why: &str) -> Outcome {
    Outcome::NoContact(problems::no_contact(server, why), None)
}

fn why(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(why)) => {
                format!("its certificate is not trusted by this device: {why}")
            }
            _ => error.to_string(),
        },
        error => error.to_string(),
    }
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
