//! Names as somebody who means harm would spell them, on every page: nothing of them runs, none becomes part of the page, and
//! each is shown as it is spelled. The policy that forbids inline script stands behind this; here it must have nothing to do.

use seatkeeper_test_browser::{Browser, Look, SCREEN};

use crate::pages::{CUSTOMERS, Row, VENDORS};
use crate::people::Person;
use crate::town::Town;

/// Ends an attribute and a tag, and tries two ways in. As short as the shortest field, a version or the name of a session.
const EVIL: &str = "'\"><script>hit=1</script><img src=x onerror=hit=1>";

fn evil(name: &str) -> String {
    format!("{name}{EVIL}")
}

#[track_caller]
fn assert_harmless(browser: &Browser, what: &str) {
    assert_eq!(browser.ask("return window.hit ?? 0"), 0, "{what}: it ran");
    let made = "return [...document.querySelectorAll('script:not([src]), [src=x], [onerror], [href^=javascript]')]
        .map(element => element.outerHTML)";
    assert_eq!(browser.ask(made), serde_json::json!([]), "{what}: it became part of the page");
    let wider = browser.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(wider, 0, "{what}: it runs out of the window");
    // Were it markup that the policy alone holds back, the browser would say so.
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{what}");
}

/// Goes to each page as somebody; how many of them showed one of the names.
#[track_caller]
fn visit_all(town: &Town, person: Person, pages: &[Row]) -> usize {
    let browser = person.at(&town.world, Look::new(SCREEN));
    let mut showing = 0;
    for (name, _, path) in pages {
        browser.visit(&town.address(path));
        browser.text("h1");
        assert_harmless(&browser, name);
        let fields =
            "return document.body.innerText + [...document.querySelectorAll('input, textarea')].map(f => f.value)";
        let shown = browser.ask(fields);
        showing += usize::from(shown.as_str().is_some_and(|shown| shown.contains(EVIL)));
        browser.picture(&format!("hostile-{name}"));
    }
    showing
}

/// Seen red: with the name of a user marked as safe in the list of sessions.
#[test]
fn names_that_mean_harm_are_only_names() {
    let town = Town::spelled(evil);
    let showing = visit_all(&town, Person::Customers("owner"), CUSTOMERS);
    assert!(showing >= 12, "only {showing} pages showed a name: is this looking where names are?");
    let showing = visit_all(&town, Person::Vendors("admin"), VENDORS);
    assert!(showing >= 12, "only {showing} pages showed a name: is this looking where names are?");
}

/// Seen red: with what was searched for marked as safe.
#[test]
fn what_is_in_an_address_is_only_text() {
    let town = Town::new();
    for (person, pages) in [(Person::Customers("owner"), CUSTOMERS), (Person::Vendors("admin"), VENDORS)] {
        let browser = person.at(&town.world, Look::new(SCREEN));
        for (name, _, path) in pages {
            for field in ["q", "state", "sort", "after", "before", "license", "next", "id"] {
                let text: String = EVIL.bytes().map(|byte| format!("%{byte:02x}")).collect();
                let (path, _) = path.split_once('?').unwrap_or((path, ""));
                browser.visit(&town.address(&format!("{path}?{field}={text}")));
                browser.text("h1");
                assert_eq!(browser.ask("return window.hit ?? 0"), 0, "{name}?{field}: it ran");
                // A refusal is an answer that the browser notes; what it forbids would be noted beside it.
                let complaints = browser.complaints();
                assert!(
                    !complaints.iter().any(|line| line.contains("Content Security")),
                    "{name}?{field}: {complaints:?}"
                );
            }
        }
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
#[test]
fn no_name_is_a_formula_in_a_file() {
    let town = Town::spelled(|name| format!("=1+{name}"));
    for person in [Person::Customers("owner"), Person::Vendors("admin")] {
        let http = person.http(&town.world);
        let mut names = 0;
        for path in [
            "/denials/export/csv",
            "/activity/export/csv",
            "/reports/export/csv",
            "/sessions/export/csv",
            "/licenses/export/csv",
        ] {
            let file = http.get(path);
            assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")), "{path}");
            let cells = file.body.split([',', '\n']).map(|cell| cell.trim_start_matches('"'));
            let formulas: Vec<&str> = cells.filter(|cell| cell.starts_with("=1+")).collect();
            assert!(formulas.is_empty(), "{path}: {formulas:?}");
            names += file.body.matches("=1+").count();
        }
        assert!(names > 3, "the files hold only {names} names");
    }
}
