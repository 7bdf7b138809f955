//! A vendor with two customers, and people with accounts.

use std::sync::Arc;

use axum::Router;
use seatkeeper_domain::decide::{CustomerPatch, PutCustomer};
use seatkeeper_domain::id::{AccountId, CustomerId};
use seatkeeper_domain::token::Role;
use seatkeeper_portal::{Options, router};
use seatkeeper_service::{NewPerson, Parts, Post, RootPlace, Service};
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::{Driver, Upkeep};
use seatkeeper_store_sqlite::Books;
use tempfile::TempDir;

use crate::browser::Browser;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "kettle moss paper";

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) alpha: CustomerId,
    pub(crate) braun: CustomerId,
    pub(crate) pages: Router,
    dir: TempDir,
    _driver: Driver,
    books: Books,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock::at(START));
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
        // Each browser says where it is.
        let address = |parts: &axum::http::request::Parts| parts.headers.get("x-at")?.to_str().ok()?.parse().ok();
        let options =
            Options { address: Arc::new(address), public_url: None, request_id: Arc::new(|| "request".to_owned()) };
        let pages = router(service.clone(), options);
        let (alpha, braun) = (customer(&service, "Alpha Bau").await, customer(&service, "Braun & Partner").await);
        Self { service, clock, alpha, braun, pages, dir, _driver: driver, books }
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
        let answer = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        answer.leads("/");
        browser
    }

    /// Somebody new, signed in.
    pub(crate) async fn person(&self, email: &str, role: Role, customer_id: Option<CustomerId>) -> Browser {
        self.account(email, role, customer_id).await;
        self.signed_in(email).await
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

async fn customer(service: &Service, name: &str) -> CustomerId {
    let id = service.draw();
    let patch = CustomerPatch { name: Some(name.to_owned()), ..CustomerPatch::default() };
    service.office(&service.owner(), None, PutCustomer { id, new: true, patch, if_match: None }).await.unwrap();
    id
}
