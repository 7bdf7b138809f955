//! Every page there is, as each of its readers looks at it.

use std::collections::BTreeSet;

use axum::http::Method;
use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN, WALL};

use crate::looked::Looked;
use crate::people::Person;
use crate::town::Town;

const LOOKS: [Look; 6] = [
    Look::new(PHONE),
    Look::new(PHONE).dark().no_script(),
    Look::new(SCREEN),
    Look::new(SCREEN).dark(),
    Look::new(SCREEN).no_script(),
    Look::new(WALL),
];

/// A page: what its pictures are called, how the router has it, and where it is in the town.
pub(crate) type Row = (&'static str, &'static str, &'static str);

/// What a customer's people read.
pub(crate) const CUSTOMERS: &[Row] = &[
    ("overview", "/overview", "/overview"),
    ("sessions", "/sessions", "/sessions"),
    ("release", "/sessions/release", "/sessions/release?id={session}"),
];

/// What the vendor's people read, besides or otherwise than customers.
pub(crate) const VENDORS: &[Row] = &[
    ("console-overview", "/overview", "/overview"),
    ("console-sessions", "/sessions", "/sessions"),
    ("customers", "/customers", "/customers"),
    ("customer-new", "/customers/new", "/customers/new"),
    ("customer", "/customers/{id}", "/customers/{customer}"),
    ("customer-edit", "/customers/{id}/edit", "/customers/{customer}/edit"),
    ("issue", "/customers/{id}/issue", "/customers/{customer}/issue"),
    ("issue-whom", "/issue", "/issue"),
    ("products", "/products", "/products"),
    ("product-new", "/products/new", "/products/new"),
    ("product", "/products/{id}", "/products/{product}"),
];

/// Not pages: what leads elsewhere, what is followed, files.
const OTHERS: &[&str] = &["/", "/changes"];

#[test]
fn every_page_is_looked_at() {
    let looked: BTreeSet<&str> =
        CUSTOMERS.iter().chain(VENDORS).map(|row| row.1).chain(OTHERS.iter().copied()).collect();
    let routes = seatkeeper_portal::routes();
    let served: BTreeSet<&str> =
        routes.iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    let missing: Vec<_> = served.difference(&looked).collect();
    let gone: Vec<_> = looked.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not looked at: {missing:?}; no longer served: {gone:?}");
}

/// What anybody may read without being signed in: what a problem's address leads to.
///
/// Seen red: with a text too pale for its background.
#[test]
fn pages_for_everybody_are_well_made() {
    let town = Town::new();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = Browser::start(look);
        browser.visit(&town.address("/problems/no_seat_available"));
        browser.shows("no_seat_available");
        looked.at(&browser, "problem");
    }
    looked.is_well();
}

/// Goes to each page as somebody, in every look.
#[track_caller]
fn all_are_well_made(person: Person, pages: &[Row]) {
    let town = Town::new();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = person.at(&town.world, look);
        for (name, _, path) in pages {
            browser.visit(&town.address(path));
            browser.text("h1");
            looked.at(&browser, name);
        }
    }
    looked.is_well();
}

/// Seen red: with the word of a state too pale for its background.
#[test]
fn customers_pages_are_well_made() {
    all_are_well_made(Person::Customers("admin"), CUSTOMERS);
}

#[test]
fn vendors_pages_are_well_made() {
    all_are_well_made(Person::Vendors("admin"), VENDORS);
}
