//! A whole server without its sockets: the pages, and the API by which the world of a test is made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusBuilder;
use seatkeeper_api::transport::Peer;
use seatkeeper_domain::ask::Wanted;
use seatkeeper_domain::decide::{AccountPatch, AskLicense, AskSeats, Command, ConfirmAsk, Office, OfficeCommand, What};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::{AccountId, AskId, CustomerId, ImportId, LicenseId};
use seatkeeper_domain::token::Role;
use seatkeeper_portal::Options;
use seatkeeper_service::{Caller, NewPerson, Parts, RootPlace, Service, read_import};
use seatkeeper_store::{Clock, Driver};
use seatkeeper_store_sqlite::Books;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

/// Of everybody.
pub(crate) const PASSWORD: &str = "heron quartz 91 lantern";

/// A clock that stands.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        "2026-11-21T09:00:00Z".parse().unwrap()
    }
}

/// A server.
pub(crate) struct App {
    service: Arc<Service>,
    pages: Router,
    api: Router,
    driver: Driver,
    _dir: TempDir,
}

impl App {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Standing);
        let books = Books::open(dir.path()).unwrap();
        let driver = Driver::start(books.writer(clock.clone())).unwrap();
        let service = Service::start(Parts {
            submit: driver.submit(),
            reader: Arc::new(books.reader()),
            upkeep: Arc::new(books.upkeep(clock.clone())),
            clock,
            epoch: books.epoch(),
            master: dir.path().join("master.key"),
            root: RootPlace::Here(dir.path().join("root.key")),
            issuer: "Acme".to_owned(),
        })
        .await
        .unwrap();
        let api = seatkeeper_api::Options {
            trusted_proxy: Arc::new(|_| false),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
        };
        let api = seatkeeper_api::router(service.clone(), api);
        let options = Options {
            address: Arc::new(|_| Some([192, 0, 2, 1].into())),
            public_url: None,
            request_id: Arc::new(|| "1".to_owned()),
        };
        let pages = seatkeeper_portal::router(service.clone(), options);
        Self { service, pages, api, driver, _dir: dir }
    }

    /// A token with this role, of the vendor or of one customer.
    pub(crate) async fn token(&self, role: Role, customer: Option<&str>) -> String {
        let customer = customer.map(|id| CustomerId(id.parse().unwrap()));
        let owner = self.service.owner();
        self.service.create_token(&owner, None, "test".to_owned(), role, customer, None).await.unwrap().secret.unwrap()
    }

    /// One of a customer's people, who never signed in.
    pub(crate) async fn person(&self, customer: &str) -> String {
        let customer_id = Some(CustomerId(customer.parse().unwrap()));
        let email = format!("{}@example.com", self.service.draw::<CustomerId>());
        let person = NewPerson { customer_id, email, name: "Sasha".to_owned(), role: Role::Viewer };
        self.service.invite(&self.service.owner(), person).await.unwrap().to_string()
    }

    /// One of a customer's people who was shut out.
    pub(crate) async fn leaver(&self, customer: &str) -> String {
        let (owner, leaver) = (self.service.owner(), self.person(customer).await);
        let shut = AccountPatch { disabled: Some(true), ..AccountPatch::default() };
        self.service.update_person(&owner, AccountId(leaver.parse().unwrap()), shut, None).await.unwrap();
        leaver
    }

    /// A customer's page of free seats is opened; its address.
    pub(crate) async fn opens_its_page(&self, customer: &str) -> String {
        let (owner, id) = (self.service.owner(), CustomerId(customer.parse().unwrap()));
        self.service.set_free_page(&owner, id, true).await.unwrap();
        let customer = self.service.customer(&owner, id).await.unwrap();
        self.service.free_page_address(&customer).unwrap()
    }

    /// More seats of a licence are asked for.
    pub(crate) async fn wants_seats(&self, license: &str) {
        let license_id = LicenseId(license.parse().unwrap());
        let ask = AskSeats { license_id, seats: 2, until: None, reason: "more people".to_owned() };
        self.service.office(&self.service.owner(), None, ask).await.unwrap();
    }

    /// A visitor asks for an education licence, and has confirmed their address; the ask.
    pub(crate) async fn wants_to_teach(&self, number: u32) -> String {
        let id: AskId = self.service.draw();
        let asked = AskLicense {
            under: Vec::new(),
            id,
            wanted: Wanted::Education,
            product: "planner".to_owned(),
            email: format!("Teacher-{number}@school.example"),
            name: format!("Teacher-{number}"),
            company: Some(format!("School-{number}")),
            why: Some("a course".to_owned()),
        };
        for what in [What::from(asked), ConfirmAsk { ask_id: id }.into()] {
            let by = Office { actor: Actor::Visitor(id), customer_id: None, idempotency: None };
            let command = Command::Office(Box::new(OfficeCommand { by, what }));
            self.driver.submit().submit(command).await.unwrap().unwrap();
        }
        id.to_string()
    }

    /// Brings in a licence for a customer from a file; the import's id.
    pub(crate) async fn imports(&self, customer: &str) -> String {
        let file = format!("customer,product,serial_number,term,seats\n{customer},planner,I-{customer},perpetual,2\n");
        let id: ImportId = self.service.draw();
        let rows = read_import(file.as_bytes()).unwrap();
        self.service.start_import(&self.service.owner(), id, rows).unwrap().come().await;
        id.to_string()
    }

    /// What the browser of somebody with this role keeps once they are signed in.
    pub(crate) async fn cookie(&self, role: Role, customer: Option<&str>) -> String {
        static PERSON: AtomicU32 = AtomicU32::new(0);
        let email = format!("person-{}@example.com", PERSON.fetch_add(1, Ordering::Relaxed));
        let customer_id = customer.map(|id| CustomerId(id.parse().unwrap()));
        let person = NewPerson { customer_id, email: email.clone(), name: "Ada Lund".to_owned(), role };
        self.service.make_account(&self.service.owner(), person, PASSWORD).await.unwrap();
        let address = "192.0.2.1".to_owned();
        let caller = Caller { network: address.clone(), address, agent: "a browser".to_owned() };
        let signed_in = self.service.sign_in(&email, PASSWORD, &caller).await.unwrap();
        format!("__Host-seatkeeper={}", signed_in.cookie)
    }

    /// Asks the API, as a program or with a token; the answer must be a success.
    pub(crate) async fn api(&self, operation: &str, token: &str, body: Value) -> Value {
        let page = self.try_api(operation, token, body).await;
        assert!(page.status.is_success(), "{operation}: {page:?}");
        serde_json::from_str(&page.text).unwrap_or_default()
    }

    /// Likewise, whatever the answer.
    pub(crate) async fn try_api(&self, operation: &str, token: &str, body: Value) -> Page {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).extension(Peer::Network([192, 0, 2, 1].into()));
        let request = request.header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("content-type", "application/json").body(body).unwrap();
        answer(&self.api, request).await
    }

    /// Asks for a page, or sends a form, as a browser does.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "seats.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        answer(&self.pages, request.body(Body::from(form.to_owned())).unwrap()).await
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Whether it leads to signing in.
    pub(crate) fn wants_sign_in(&self) -> bool {
        self.status == 303 && self.header("location").starts_with("/sign-in")
    }
}

async fn answer(router: &Router, request: Request<Body>) -> Page {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    // What is followed never ends: its beginning says enough.
    let stream = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = if stream { Default::default() } else { to_bytes(body, usize::MAX).await.unwrap() };
    Page { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&text).into_owned() }
}
