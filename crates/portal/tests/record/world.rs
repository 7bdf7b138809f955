//! A server on a clock that is set by hand, with a customer whose pool has one seat and two people who want it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::PrometheusBuilder;
use seatkeeper_api::transport::Peer;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use seatkeeper_portal::Options;
use seatkeeper_service::{Caller, Jobs, NewPerson, Parts, RootPlace, Service};
use seatkeeper_store::{Clock, Driver};
use seatkeeper_store_sqlite::Books;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const PASSWORD: &str = "heron quartz 91 lantern";

/// A clock that is set by hand.
struct Set(Mutex<Timestamp>);

impl Clock for Set {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The server and who uses it.
pub(crate) struct World {
    clock: Arc<Set>,
    service: Arc<Service>,
    pages: Router,
    api: Router,
    /// The customer's licence.
    pub(crate) license: String,
    /// Of Mara's device and of Late's.
    devices: Vec<String>,
    cookie: String,
    _driver: Driver,
    _dir: TempDir,
}

impl World {
    pub(crate) async fn at(now: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Set(Mutex::new(now.parse().unwrap())));
        let books = Books::open(dir.path()).unwrap();
        let driver = Driver::start(books.writer(clock.clone())).unwrap();
        let service = Service::start(Parts {
            submit: driver.submit(),
            reader: Arc::new(books.reader()),
            upkeep: Arc::new(books.upkeep(clock.clone())),
            clock: clock.clone(),
            epoch: books.epoch(),
            master: dir.path().join("master.key"),
            root: RootPlace::Here(dir.path().join("root.key")),
            issuer: "Acme".to_owned(),
        })
        .await
        .unwrap();
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        let options = seatkeeper_api::Options { trusted_proxy: Arc::new(|_| false), metrics };
        let api = seatkeeper_api::router(service.clone(), options);
        let options = Options {
            address: Arc::new(|_| Some([192, 0, 2, 1].into())),
            public_url: None,
            request_id: Arc::new(|| "1".to_owned()),
        };
        let pages = seatkeeper_portal::router(service.clone(), options);
        let mut world = Self {
            clock,
            service,
            pages,
            api,
            license: String::new(),
            devices: Vec::new(),
            cookie: String::new(),
            _driver: driver,
            _dir: dir,
        };
        world.sell().await;
        world
    }

    /// One seat, and an owner's account at the customer's.
    async fn sell(&mut self) {
        let owner = self.service.owner();
        let token = self.service.create_token(&owner, None, "test".to_owned(), Role::Admin, None, None).await.unwrap();
        let token = token.secret.unwrap();
        self.api("POST /v1/products", &token, json!({ "code": "planner", "name": "Planner" })).await;
        let customer = self.api("POST /v1/customers", &token, json!({ "name": "Alpha Bau" })).await;
        let customer = customer["id"].as_str().unwrap();
        let sold = json!({
            "customer_id": customer, "product": "planner", "model": "concurrent", "seats": 1,
            "term": { "kind": "perpetual" },
        });
        let sold = self.api("POST /v1/licenses", &token, sold).await;
        self.license = sold["id"].as_str().unwrap().to_owned();
        for device in 1..=2 {
            let activation = json!({
                "protocol": 1, "serial_number": sold["serial_number"], "product_key": sold["product_key"],
                "product": "planner", "version": "16.0.2",
                "installation_id": format!("00000000-0000-4000-8000-{device:012}"),
                "device": { "name": format!("WS-{device}"), "os": "linux", "fingerprint": [format!("hash-{device}")] },
            });
            let activated = self.api("POST /v1/client/activations", "none", activation).await;
            self.devices.push(activated["activation_token"].as_str().unwrap().to_owned());
        }
        let (email, customer_id) = ("owner@example.com".to_owned(), Some(CustomerId(customer.parse().unwrap())));
        let person = NewPerson { customer_id, email: email.clone(), name: "Ada Lund".to_owned(), role: Role::Owner };
        self.service.make_account(&owner, person, PASSWORD).await.unwrap();
        let address = "192.0.2.1".to_owned();
        let caller = Caller { network: address.clone(), address, agent: "a browser".to_owned() };
        let signed_in = self.service.sign_in(&email, PASSWORD, &caller).await.unwrap();
        self.cookie = format!("__Host-seatkeeper={}", signed_in.cookie);
    }

    pub(crate) fn pass(&self, minutes: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now += SignedDuration::from_mins(minutes);
    }

    /// Starts the server's own rounds.
    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::start(self.service.clone(), None)
    }

    /// Somebody on their device asks for a seat under this number; whether they got it.
    pub(crate) async fn open(&self, device: usize, user: &str, number: u32) -> bool {
        self.ask(device, user, number).await.0
    }

    /// Somebody is refused: the request id that their program shows.
    pub(crate) async fn refused(&self, device: usize, user: &str, number: u32) -> String {
        let (granted, problem) = self.ask(device, user, number).await;
        assert!(!granted, "{problem}");
        let problem: Value = serde_json::from_str(&problem).unwrap();
        problem["request_id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, device: usize, user: &str, number: u32) -> (bool, String) {
        let asked = json!({ "user": user, "device_name": format!("WS-{}", device + 1), "version": "16.0.2" });
        self.ask_api(&format!("PUT {}", checkout(number)), &self.devices[device], asked).await
    }

    pub(crate) async fn close(&self, device: usize, number: u32) {
        assert!(self.ask_api(&format!("DELETE {}", checkout(number)), &self.devices[device], Value::Null).await.0);
    }

    async fn api(&self, operation: &str, token: &str, body: Value) -> Value {
        let (done, text) = self.ask_api(operation, token, body).await;
        assert!(done, "{operation}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn ask_api(&self, operation: &str, token: &str, body: Value) -> (bool, String) {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).extension(Peer::Network([192, 0, 2, 1].into()));
        let request = request.header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        answer(&self.api, request.header("content-type", "application/json").body(body).unwrap()).await
    }

    /// A page, or a file, as the customer's owner sees it.
    pub(crate) async fn page(&self, path: &str) -> String {
        let request = Request::builder().uri(path).header("host", "seats.example").header("cookie", &self.cookie);
        let (found, text) = answer(&self.pages, request.body(Body::empty()).unwrap()).await;
        assert!(found, "{path}: {text}");
        text
    }
}

fn checkout(number: u32) -> String {
    format!("/v1/client/checkouts/00000000-0000-4000-9000-{number:012}")
}

async fn answer(router: &Router, request: Request<Body>) -> (bool, String) {
    let answer = router.clone().oneshot(request).await.unwrap();
    let done = answer.status().is_success();
    let bytes = to_bytes(answer.into_body(), 10_000_000).await.unwrap();
    (done, String::from_utf8_lossy(&bytes).into_owned())
}
