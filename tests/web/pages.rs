//! Every page there is, as each of its readers looks at it.

use std::collections::BTreeSet;

use axum::http::Method;
use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN, WALL};

use crate::looked::Looked;
use crate::people::Person;
use crate::town::Town;

/// A page: what its pictures are called, how the router has it, and where it is in the town.
pub(crate) type Row = (&'static str, &'static str, &'static str);

/// What is read by those who are not signed in.
pub(crate) const DOORS: &[Row] = &[
    ("sign-in", "/sign-in", "/sign-in"),
    ("sign-in-code", "/sign-in/code", "/sign-in/code"),
    ("forgotten", "/forgotten", "/forgotten"),
    ("link", "/link/{text}", "/link/made-up"),
    ("free-stranger", "/free/{address}", "{free}"),
    ("trials", "/trial", "/trial"),
    ("trial", "/trial/{product}", "/trial/planner"),
    ("trial-education", "/trial/{product}/education", "/trial/planner/education"),
    ("trial-sent", "/trial/{product}/sent", "/trial/planner/sent"),
    ("trial-begin", "/ask/{text}", "{begin}"),
    ("trial-shown", "/ask/{text}", "{begun}"),
];

/// What a customer's people read.
pub(crate) const CUSTOMERS: &[Row] = &[
    ("overview", "/overview", "/overview"),
    ("free", "/free", "/free"),
    ("sessions", "/sessions", "/sessions"),
    ("release", "/sessions/release", "/sessions/release?id={session}"),
    ("release-all", "/sessions/release/all", "/sessions/release/all?license={license}"),
    ("licenses", "/licenses", "/licenses"),
    ("license", "/licenses/{id}", "/licenses/{license}"),
    ("ask", "/licenses/{id}/ask", "/licenses/{license}/ask"),
    ("blocks", "/licenses/{id}/blocks", "/licenses/{license}/blocks"),
    ("deploy", "/licenses/{id}/deploy", "/licenses/{license}/deploy"),
    ("devices", "/licenses/{id}/devices", "/licenses/{license}/devices"),
    ("device-end", "/licenses/{id}/devices/{device}/end", "/licenses/{license}/devices/{device}/end"),
    ("keys", "/licenses/{id}/keys", "/licenses/{license}/keys"),
    ("key-new", "/licenses/{id}/keys/new", "/licenses/{license}/keys/new"),
    ("key", "/licenses/{id}/keys/{key}", "/licenses/{license}/keys/{key}"),
    ("key-reissue", "/licenses/{id}/keys/{key}/reissue", "/licenses/{license}/keys/{key}/reissue"),
    ("key-show", "/licenses/{id}/keys/{key}/show", "/licenses/{license}/keys/{key}/show"),
    ("held", "/licenses/{id}/held", "/licenses/{license}/held"),
    ("device", "/devices/{id}", "/devices/{device}"),
    ("user", "/users/{id}", "/users/{customer}?name={user}"),
    ("denials", "/denials", "/denials"),
    ("denial", "/denials/{id}", "/denials/{denial}"),
    ("reports", "/reports", "/reports"),
    ("activity", "/activity", "/activity"),
    ("chain", "/activity/chain", "/activity/chain"),
    ("people", "/people", "/people"),
    ("invite", "/people/invite", "/people/invite"),
    ("person", "/people/{id}", "/people/{person}"),
    ("account", "/account", "/account"),
    ("password", "/account/password", "/account/password"),
    ("two-factor", "/account/two-factor", "/account/two-factor"),
    ("confirm", "/confirm", "/confirm"),
];

/// What the vendor's people read, besides or otherwise than customers.
pub(crate) const VENDORS: &[Row] = &[
    ("console-overview", "/overview", "/overview"),
    ("console-sessions", "/sessions", "/sessions"),
    ("console-licenses", "/licenses", "/licenses"),
    ("console-license", "/licenses/{id}", "/licenses/{license}"),
    ("license-features", "/licenses/{id}/features", "/licenses/{license}/features"),
    ("license-notes", "/licenses/{id}/notes", "/licenses/{license}/notes"),
    ("license-policy", "/licenses/{id}/policy", "/licenses/{license}/policy"),
    ("license-seats", "/licenses/{id}/seats", "/licenses/{license}/seats"),
    ("license-term", "/licenses/{id}/term", "/licenses/{license}/term"),
    ("license-suspend", "/licenses/{id}/suspend", "/licenses/{license}/suspend"),
    ("license-resume", "/licenses/{id}/resume", "/licenses/{paused}/resume"),
    ("license-revoke", "/licenses/{id}/revoke", "/licenses/{license}/revoke"),
    ("console-device", "/devices/{id}", "/devices/{device}"),
    ("console-user", "/users/{id}", "/users/{customer}?name={user}"),
    ("console-denials", "/denials", "/denials"),
    ("console-denial", "/denials/{id}", "/denials/{denial}"),
    ("console-reports", "/reports", "/reports"),
    ("console-activity", "/activity", "/activity"),
    ("customers", "/customers", "/customers"),
    ("customer-new", "/customers/new", "/customers/new"),
    ("customer", "/customers/{id}", "/customers/{customer}"),
    ("customer-edit", "/customers/{id}/edit", "/customers/{customer}/edit"),
    ("imports", "/imports", "/imports"),
    ("import", "/imports/{id}", "/imports/{import}"),
    ("import-keys", "/imports/{id}/keys", "/imports/{import}/keys"),
    ("issue", "/customers/{id}/issue", "/customers/{customer}/issue"),
    ("issue-whom", "/issue", "/issue"),
    ("products", "/products", "/products"),
    ("product-new", "/products/new", "/products/new"),
    ("product", "/products/{id}", "/products/{product}"),
    ("requests", "/requests", "/requests"),
    ("request", "/requests/{id}", "/requests/{license}"),
    ("asks", "/asks", "/asks"),
    ("ask-answer", "/asks/{id}", "{ask}"),
    ("search", "/search", "/search?q=power"),
    ("server", "/server", "/server"),
    ("signing-keys", "/signing-keys", "/signing-keys"),
    ("signing-key-add", "/signing-keys/add", "/signing-keys/add"),
    ("signing-key-promote", "/signing-keys/promote", "/signing-keys/promote"),
    ("tokens", "/tokens", "/tokens"),
    ("token-new", "/tokens/new", "/tokens/new"),
    ("token-revoke", "/tokens/{id}/revoke", "/tokens/{token}/revoke"),
];

/// Not pages: what leads elsewhere, what is followed, files.
const OTHERS: &[&str] = &[
    "/",
    "/changes",
    "/imports/template",
    "/licenses/{id}/deploy/file",
    "/activity/export/{kind}",
    "/denials/export/{kind}",
    "/licenses/export/{kind}",
    "/reports/export/{kind}",
    "/sessions/export/{kind}",
];

#[test]
fn every_page_is_looked_at() {
    let pages = [DOORS, CUSTOMERS, VENDORS].concat();
    let looked: BTreeSet<&str> = pages.iter().map(|row| row.1).chain(OTHERS.iter().copied()).collect();
    let routes = seatkeeper_portal::routes();
    let served: BTreeSet<&str> =
        routes.iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    let missing: Vec<_> = served.difference(&looked).collect();
    let gone: Vec<_> = looked.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not looked at: {missing:?}; no longer served: {gone:?}");
}

/// Goes to every page in one look, as each of its readers.
#[track_caller]
fn all_are_well_made(look: Look) {
    let town = Town::new();
    let mut looked = Looked::default();
    let mut walk = |browser: Browser, pages: &[Row]| {
        for (name, _, path) in pages {
            browser.visit(&town.address(path));
            browser.text("h1");
            looked.at(&browser, name);
        }
    };
    walk(Browser::start(look), DOORS);
    walk(Browser::start(look), &[("problem", "", "/problems/no_seat_available")]);
    walk(Person::Customers("owner").at(&town.world, look), CUSTOMERS);
    walk(Person::Vendors("admin").at(&town.world, look), VENDORS);
    looked.all_well();
}

/// Seen red: with the word of a state too pale for its background, and with a link in a heading that nothing marks.
#[test]
fn pages_are_well_made_on_a_phone() {
    all_are_well_made(Look::new(PHONE));
}

#[test]
fn pages_are_well_made_on_a_phone_in_the_dark_without_script() {
    all_are_well_made(Look::new(PHONE).dark().no_script());
}

#[test]
fn pages_are_well_made_on_a_screen_without_script() {
    all_are_well_made(Look::new(SCREEN).no_script());
}

#[test]
fn pages_are_well_made_on_a_screen_in_the_dark() {
    all_are_well_made(Look::new(SCREEN).dark());
}

#[test]
fn pages_are_well_made_on_a_wall() {
    all_are_well_made(Look::new(WALL));
}
