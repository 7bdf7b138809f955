//! A vendor who sells a planner to two customers, and whoever looks at the pages. The clock stands.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seatkeeper_domain::catalogue::Feature;
use seatkeeper_domain::decide::{CustomerPatch, LicenseTerms, PolicyPatch, ProductPatch, PutCustomer, PutProduct};
use seatkeeper_domain::id::{CustomerId, ProductId};
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_domain::token::Role;
use seatkeeper_portal::{Options, router};
use seatkeeper_service::{Caller, Issued, NewPerson, Parts, RootPlace, Service};
use seatkeeper_store::{Clock, Driver};
use seatkeeper_store_sqlite::Books;
use tempfile::TempDir;
use tower::ServiceExt;

/// A clock that stands.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }
}

/// The server and what was sold.
pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) planner: ProductId,
    /// Alpha Bau, with a pool of two seats.
    pub(crate) alpha: CustomerId,
    pub(crate) alphas: Issued,
    /// Braun & Partner, likewise.
    pub(crate) braun: CustomerId,
    pub(crate) brauns: Issued,
    pages: Router,
    _driver: Driver,
    _books: Books,
    _dir: TempDir,
}

/// Somebody who looks: the cookie of their sign-in.
pub(crate) struct Person(String);

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let books = Books::open(dir.path()).unwrap();
        let driver = Driver::start(books.writer(Arc::new(Noon))).unwrap();
        let service = Service::start(Parts {
            submit: driver.submit(),
            reader: Arc::new(books.reader()),
            upkeep: Arc::new(books.upkeep(Arc::new(Noon))),
            clock: Arc::new(Noon),
            epoch: books.epoch(),
            master: dir.path().join("master.key"),
            root: RootPlace::Here(dir.path().join("root.key")),
            issuer: "Acme".to_owned(),
        })
        .await
        .unwrap();
        let options = Options {
            address: Arc::new(|_| Some(IpAddr::from([192, 0, 2, 1]))),
            public_url: Some("https://licences.example".to_owned()),
            request_id: Arc::new(|| "request".to_owned()),
        };
        let pages = router(service.clone(), options);
        let planner = product(&service).await;
        let alpha = customer(&service, "Alpha Bau", "C-1").await;
        let braun = customer(&service, "Braun & Partner", "C-2").await;
        let (alphas, brauns) = (pool(&service, alpha).await, pool(&service, braun).await);
        Self { service, planner, alpha, alphas, braun, brauns, pages, _driver: driver, _books: books, _dir: dir }
    }

    /// Somebody who is signed in nowhere.
    pub(crate) fn stranger(&self) -> Person {
        Person(String::new())
    }

    /// One of the vendor's people.
    pub(crate) async fn vendor(&self, role: Role) -> Person {
        self.person(role, None).await
    }

    /// One of a customer's people.
    pub(crate) async fn person(&self, role: Role, customer: Option<CustomerId>) -> Person {
        let email = format!("{}@example.com", self.service.draw::<CustomerId>());
        let person = NewPerson { customer_id: customer, email: email.clone(), name: "Robin".to_owned(), role };
        let (owner, password) = (self.service.owner(), "kettle moss paper");
        self.service.make_account(&owner, person, password).await.unwrap();
        let caller = Caller { address: "192.0.2.1".to_owned(), network: email.clone(), agent: "a browser".to_owned() };
        let new = self.service.sign_in(&email, password, &caller).await.unwrap();
        Person(format!("__Host-seatkeeper={}", new.cookie))
    }

    /// Opens a page.
    pub(crate) async fn page(&self, who: &Person, path: &str) -> Reply {
        self.send(Request::get(path).header("cookie", &who.0).body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, who: &Person, path: &str, form: &[(&str, impl AsRef<str>)]) -> Reply {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value.as_ref())));
        let request = Request::post(path)
            .header("cookie", &who.0)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(pairs.collect::<Vec<_>>().join("&"))).unwrap()).await
    }

    /// Sends a form whose one field is a file.
    pub(crate) async fn upload(&self, who: &Person, path: &str, file: &[u8]) -> Reply {
        let head = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"licences.csv\"\r\n\r\n";
        let body = [head.as_bytes(), file, b"\r\n--cut--\r\n"].concat();
        let request = Request::post(path)
            .header("cookie", &who.0)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=cut");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.pages.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }
}

async fn product(service: &Service) -> ProductId {
    let feature = |code: &str, name: &str| Feature { code: code.to_owned(), name: name.to_owned() };
    let patch = ProductPatch {
        code: Some("planner".to_owned()),
        name: Some("Planner".to_owned()),
        features: Some(vec![feature("bim", "BIM"), feature("4d", "4D")]),
        ..Default::default()
    };
    let id = service.draw();
    service.office(&service.owner(), None, PutProduct { id, new: true, patch, if_match: None }).await.unwrap();
    id
}

async fn customer(service: &Service, name: &str, external_id: &str) -> CustomerId {
    let patch = CustomerPatch {
        name: Some(name.to_owned()),
        external_id: Some(Some(external_id.to_owned())),
        ..Default::default()
    };
    let id = service.draw();
    service.office(&service.owner(), None, PutCustomer { id, new: true, patch, if_match: None }).await.unwrap();
    id
}

pub(crate) async fn pool(service: &Service, customer_id: CustomerId) -> Issued {
    let terms = LicenseTerms {
        customer_id,
        product: "planner".to_owned(),
        serial_number: String::new(),
        model: Model::Concurrent,
        grants: vec![Grant { seats: 2, starts_at: None, ends_at: None, order_reference: None }],
        features: None,
        term: Term::Perpetual { maintenance_until: None },
        policy: PolicyPatch::default(),
        legacy: None,
        external_id: None,
        metadata: serde_json::Map::new(),
    };
    service.issue(&service.owner(), None, terms).await.unwrap()
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// A page, which must hold each of these.
    #[track_caller]
    pub(crate) fn shows(&self, parts: &[&str]) {
        self.is(200);
        self.holds(parts);
    }

    /// A form that is shown again, with each of these.
    #[track_caller]
    pub(crate) fn again(&self, parts: &[&str]) {
        self.is(422);
        self.holds(parts);
    }

    #[track_caller]
    fn holds(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.text.contains(part), "{part} is not in {}", self.text);
        }
    }

    /// A page, which must hold none of these.
    #[track_caller]
    pub(crate) fn lacks(&self, parts: &[&str]) {
        for part in parts {
            assert!(!self.text.contains(part), "{part} is in {}", self.text);
        }
    }

    /// Where an action that was done leads.
    #[track_caller]
    pub(crate) fn leads(&self) -> &str {
        self.is(303);
        self.headers["location"].to_str().unwrap()
    }

    /// Must have this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
    }
}
