//! The whole server in this process, on the embedded store, asked without a socket. Its clock stands until it is moved.

use std::convert::Infallible;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use hyper::body::{Body as HttpBody, Bytes};
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::PrometheusBuilder;
use seatkeeper_api::transport::Peer;
use seatkeeper_api::{Options, local_router, router};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use seatkeeper_service::{Parts, RootPlace, Service};
use seatkeeper_store::{Clock, Driver, Upkeep};
use seatkeeper_store_sqlite::Books;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

/// A clock that stands.
pub(crate) struct Hands(Mutex<Timestamp>);

impl Hands {
    pub(crate) fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A server, or several on the same books.
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<Hands>,
    pub(crate) dir: Arc<TempDir>,
    network: Router,
    local: Router,
    books: Arc<Books>,
    driver: Arc<Driver>,
}

/// From where requests come unless a test says otherwise.
pub(crate) const HOME: [u8; 4] = [192, 0, 2, 1];
/// The proxy that is trusted.
pub(crate) const PROXY: [u8; 4] = [10, 0, 0, 1];

impl App {
    pub(crate) async fn start() -> Self {
        Self::start_with(|dir| RootPlace::Here(dir.join("root.key"))).await
    }

    /// With the root key where `root` says, given the folder of the books.
    pub(crate) async fn start_with(root: impl FnOnce(&Path) -> RootPlace) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(Hands(Mutex::new("2026-11-21T09:00:00Z".parse().unwrap())));
        let books = Arc::new(Books::open(dir.path()).unwrap());
        let driver = Arc::new(Driver::start(books.writer(clock.clone())).unwrap());
        let (root, upkeep) = (root(dir.path()), Arc::new(books.upkeep(clock.clone())));
        Self::serving(dir, clock, books, driver, root, upkeep).await
    }

    /// Another server on the same books, with the same secrets.
    pub(crate) async fn another(&self) -> Self {
        self.another_that_cares(self.upkeep()).await
    }

    /// Care of the books.
    pub(crate) fn upkeep(&self) -> Arc<dyn Upkeep> {
        Arc::new(self.books.upkeep(self.clock.clone()))
    }

    /// Another, which has this care of the books.
    pub(crate) async fn another_that_cares(&self, upkeep: Arc<dyn Upkeep>) -> Self {
        let root = RootPlace::Here(self.dir.path().join("root.key"));
        let (dir, clock) = (self.dir.clone(), self.clock.clone());
        Self::serving(dir, clock, self.books.clone(), self.driver.clone(), root, upkeep).await
    }

    async fn serving(
        dir: Arc<TempDir>,
        clock: Arc<Hands>,
        books: Arc<Books>,
        driver: Arc<Driver>,
        root: RootPlace,
        upkeep: Arc<dyn Upkeep>,
    ) -> Self {
        let service = Service::start(Parts {
            submit: driver.submit(),
            reader: Arc::new(books.reader()),
            upkeep,
            clock: clock.clone(),
            epoch: books.epoch(),
            master: dir.path().join("master.key"),
            root,
            issuer: "Acme".to_owned(),
        })
        .await
        .unwrap();
        let options = Options {
            trusted_proxy: Arc::new(|address| address == IpAddr::from(PROXY)),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
        };
        let network = router(service.clone(), options.clone());
        let local = local_router(service.clone(), options);
        Self { service, clock, dir, network, local, books, driver }
    }

    /// A token with this role, of the vendor or of one customer.
    pub(crate) async fn token(&self, role: Role, customer: Option<&str>) -> String {
        let customer = customer.map(|id| CustomerId(id.parse().unwrap()));
        let owner = self.service.owner();
        self.service.create_token(&owner, None, "test".to_owned(), role, customer, None).await.unwrap().secret.unwrap()
    }

    /// Asks over the network.
    pub(crate) async fn ask(&self, call: Call) -> Reply {
        self.send(&self.network, Peer::Network(call.from.into()), call).await
    }

    /// Asks through the local socket.
    pub(crate) async fn ask_locally(&self, call: Call) -> Reply {
        self.send(&self.local, Peer::Owner, call).await
    }

    async fn send(&self, router: &Router, peer: Peer, call: Call) -> Reply {
        let mut request = Request::builder().method(call.method.as_str()).uri(&call.path).extension(peer);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let response = router.clone().oneshot(request.body(call.body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// A request to be made.
pub(crate) struct Call {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Body,
    from: [u8; 4],
}

impl Call {
    /// `POST /v1/products`.
    pub(crate) fn new(operation: &str) -> Self {
        let (method, path) = operation.split_once(' ').unwrap();
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Body::empty(), from: HOME }
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn stream(self, body: impl HttpBody<Data = Bytes, Error = Infallible> + Send + 'static) -> Self {
        self.body(Body::new(body))
    }

    pub(crate) fn from(mut self, address: [u8; 4]) -> Self {
        self.from = address;
        self
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The code of a refusal, whose shape is looked at on the way; empty for another answer.
    pub(crate) fn code(&self) -> String {
        if self.status.as_u16() < 400 {
            return String::new();
        }
        let problem = self.json();
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["request_id"], self.header("request-id"));
        assert!(!problem["detail"].as_str().unwrap().is_empty() && !problem["title"].as_str().unwrap().is_empty());
        code
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn must(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// A refusal, which must have this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{self:?}");
        self.json()
    }
}
