//! What guards every page, whoever asks: headers that browsers obey, nothing inline and nothing from elsewhere, no change by a
//! mere look, no form from another site.

use seatkeeper_domain::token::Role;

use super::page::{attributes, tags};
use super::rows::TABLE;
use super::tenants::Tenants;
use crate::browser::Answer;

const HEADERS: [(&str, &str); 5] = [
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
];

#[track_caller]
fn assert_guarded(page: &Answer, what: &str) {
    for (name, value) in HEADERS {
        // What is followed is never kept either way.
        if page.header("content-type") != "text/event-stream" || name != "cache-control" {
            assert_eq!(page.header(name), value, "{what}: {name}");
        }
    }
    let policy: Vec<&str> = page.header("content-security-policy").split("; ").collect();
    for rule in ["default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
        assert!(policy.contains(&rule), "{what}: {policy:?} has no {rule}");
    }
    assert!(!page.header("content-security-policy").contains("unsafe"), "{what}");
    for cookie in page.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        for rule in ["__Host-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite="] {
            assert!(cookie.contains(rule), "{what}: {cookie} has no {rule}");
        }
    }
}

/// Nothing inline, and nothing loaded from elsewhere: the policy forbids it, and a page that needs it would be broken.
#[track_caller]
fn assert_plain(page: &Answer, what: &str) {
    for tag in tags(&page.text) {
        let attributes = attributes(tag);
        assert!(!tag.starts_with("style"), "{what}: <{tag}>");
        assert!(!tag.starts_with("script") || attributes.iter().any(|(name, _)| *name == "src"), "{what}: <{tag}>");
        for (name, value) in attributes {
            assert!(name != "style" && !name.starts_with("on"), "{what}: <{tag}>");
            if matches!(name, "src" | "href" | "action") {
                let ours = value.starts_with('/') && !value.starts_with("//");
                assert!(ours || value.starts_with('#') || value.starts_with("mailto:"), "{what}: <{tag}>");
            }
        }
    }
}

/// Seen red when pages of our own may frame it, and with a style in an attribute.
#[tokio::test]
async fn every_page_is_guarded_and_plain_and_changes_nothing() {
    let world = Tenants::start().await;
    let one = world.tenant(1).await;
    let cookies = [
        String::new(),
        world.cookie(Role::Admin, None).await,
        world.cookie(Role::Viewer, Some(one.fact("customer"))).await,
        world.cookie(Role::Owner, Some(one.fact("customer"))).await,
    ];
    let before = world.record(&one).await;
    // The looks first: what is sent may end the sign-in that it is sent with.
    for changes in [false, true] {
        for cookie in &cookies {
            let headers: &[(&str, &str)] = if cookie.is_empty() { &[] } else { &[("cookie", cookie)] };
            for row in TABLE.iter().filter(|row| row.changes() == changes) {
                // A form that is not filled in is a page too; what is not there, likewise.
                for (at, form) in [
                    (one.fill(row.at), ""),
                    (row.at.to_owned(), ""),
                    (format!("{}0", row.at), ""),
                    (format!("{}?id=%00&state=1&after=x", row.at), "id=x"),
                ] {
                    let at = at.replace(['{', '}'], "");
                    let page = world.ask(row.method(), &at, headers, form).await;
                    let what = format!("{} {at} {}", row.method(), page.status);
                    assert!(page.status.as_u16() < 500, "{what}: {page:?}");
                    // Another address may be nobody's, which the server answers, and not the pages.
                    if page.status != 404 || !page.text.is_empty() {
                        assert_guarded(&page, &what);
                        assert_plain(&page, &what);
                        // Whoever is refused, even for what no page could read, is told so on a page.
                        assert!(page.status.as_u16() < 400 || page.text.contains("<h1"), "{what}: {page:?}");
                    }
                }
            }
        }
        if !changes {
            assert_eq!(world.record(&one).await, before, "a look changed something");
        }
    }
}

/// Seen red without the layer that asks where a form comes from.
#[tokio::test]
async fn forms_from_other_sites_are_refused() {
    let world = Tenants::start().await;
    let one = world.tenant(1).await;
    let cookie = world.cookie(Role::Admin, None).await;
    let before = world.record(&one).await;
    let elsewhere: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://seats.example")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
    ];
    for row in TABLE.iter().filter(|row| row.changes()) {
        for headers in elsewhere {
            let mut headers = headers.to_vec();
            headers.push(("cookie", &cookie));
            let page = world.ask("POST", &one.fill(row.at), &headers, &one.fill(row.form)).await;
            assert_eq!(page.status, 403, "{row:?} {headers:?}: {page:?}");
            assert_guarded(&page, row.route);
        }
    }
    assert_eq!(world.record(&one).await, before);
    // From here they are taken, also where a browser is too old to say from where.
    let here: [&[(&str, &str)]; 3] = [
        &[("sec-fetch-site", "same-origin"), ("origin", "https://seats.example")],
        &[("origin", "https://seats.example")],
        &[],
    ];
    for (number, headers) in (2..).zip(here) {
        let other = world.tenant(number).await;
        let mut headers = headers.to_vec();
        headers.push(("cookie", &cookie));
        let form = other.fill("id={session}&reason=gone");
        assert_eq!(world.ask("POST", "/sessions/release", &headers, &form).await.status, 303, "{headers:?}");
    }
}
