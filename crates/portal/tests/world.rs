//! A whole server without its sockets: a vendor who sells a planner to two customers, and whoever looks at the pages. Its clock
//! stands until it is moved.

use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts as RequestParts;
use metrics_exporter_prometheus::PrometheusBuilder;
use seatkeeper_domain::catalogue::Feature;
use seatkeeper_domain::decide::{CustomerPatch, LicenseTerms, PolicyPatch, ProductPatch, PutCustomer, PutProduct};
use seatkeeper_domain::id::{AccountId, CustomerId, ProductId};
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_domain::token::Role;
use seatkeeper_portal::Options;
use seatkeeper_service::{Issued, NewPerson, Parts, Post, RootPlace, Service};
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::{Driver, Upkeep};
use seatkeeper_store_sqlite::Books;
use tempfile::TempDir;

use crate::browser::{Answer, Browser};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "kettle moss paper";
/// When a world begins, unless its test says otherwise.
pub(crate) const NOW: &str = "2026-11-21T12:00:00Z";

/// The server and what was sold.
pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) planner: ProductId,
    /// Alpha Bau, with a pool of two seats.
    pub(crate) alpha: CustomerId,
    pub(crate) alphas: Issued,
    /// Braun & Partner, likewise.
    pub(crate) braun: CustomerId,
    pub(crate) brauns: Issued,
    pub(crate) pages: Router,
    pub(crate) api: Router,
    dir: TempDir,
    pub(crate) driver: Driver,
    books: Books,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::at(NOW).await
    }

    /// One that begins at another instant.
    pub(crate) async fn at(now: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock::at(now.parse().unwrap()));
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
        // A browser may say where it is.
        let address = |parts: &RequestParts| {
            let at = parts.headers.get("x-at").map_or("192.0.2.1", |at| at.to_str().unwrap());
            at.parse().ok()
        };
        let options = Options {
            address: Arc::new(address),
            public_url: Some("https://licences.example".to_owned()),
            request_id: Arc::new(|| "request".to_owned()),
        };
        let pages = seatkeeper_portal::router(service.clone(), options);
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        let options = seatkeeper_api::Options { trusted_proxy: Arc::new(|_| false), metrics };
        let api = seatkeeper_api::router(service.clone(), options);
        let planner = product(&service).await;
        let alpha = customer(&service, "Alpha Bau", "C-1").await;
        let braun = customer(&service, "Braun & Partner", "C-2").await;
        let (alphas, brauns) = (pool(&service, alpha).await, pool(&service, braun).await);
        Self { service, clock, planner, alpha, alphas, braun, brauns, pages, api, dir, driver, books }
    }

    /// Makes an account with the usual password.
    pub(crate) async fn account(&self, email: &str, role: Role, customer_id: Option<CustomerId>) -> AccountId {
        let person = NewPerson { customer_id, email: email.to_owned(), name: "Ada King".to_owned(), role };
        self.service.make_account(&self.service.owner(), person, PASSWORD).await.unwrap()
    }

    /// A browser that nobody has signed in with.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.pages.clone(), "192.0.2.1")
    }

    /// A browser in which somebody is signed in who has an account.
    pub(crate) async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.leads_to("/");
        browser
    }

    /// Somebody new, signed in.
    pub(crate) async fn newcomer(&self, email: &str, role: Role, customer_id: Option<CustomerId>) -> Browser {
        self.account(email, role, customer_id).await;
        self.signed_in(email).await
    }

    /// Somebody new with this role, whoever it is.
    pub(crate) async fn person(&self, role: Role, customer_id: Option<CustomerId>) -> Browser {
        let email = format!("{}@example.com", self.service.draw::<CustomerId>());
        self.newcomer(&email, role, customer_id).await
    }

    /// One of the vendor's people.
    pub(crate) async fn vendor(&self, role: Role) -> Browser {
        self.person(role, None).await
    }

    /// What somebody sees; their browser is as before.
    pub(crate) async fn page(&self, who: &Browser, path: &str) -> Answer {
        who.clone().get(path).await
    }

    /// What somebody's form is answered; their browser is as before.
    pub(crate) async fn post(&self, who: &Browser, path: &str, form: &[(&str, impl AsRef<str>)]) -> Answer {
        who.clone().post(path, form).await
    }

    /// The mails that were sent until now, oldest first.
    pub(crate) async fn mails(&self) -> Vec<String> {
        let folder = self.dir.path().join("mail");
        let post = Post::files(folder.clone(), "licences@acme.example", "https://l.example").unwrap();
        self.service.send_mails(&post).await.unwrap();
        let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// Removes what is old, as a server does by itself.
    pub(crate) fn prune(&self) {
        self.books.upkeep(self.clock.clone()).prune(365).unwrap();
    }

    /// The path of the link in the last mail.
    pub(crate) async fn link(&self) -> String {
        link_in(self.mails().await.last().expect("a mail"))
    }
}

/// The path of the link in a mail.
pub(crate) fn link_in(mail: &str) -> String {
    let plain = mail.replace("=\r\n", "");
    let at = plain.find("/link/").unwrap_or_else(|| panic!("no link in {mail}"));
    plain[at..].split_whitespace().next().unwrap().to_owned()
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
