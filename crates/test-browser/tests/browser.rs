//! The browser itself: that what a test is told by it can be believed.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};

/// A page of its own, with no server behind it.
fn page(body: &str) -> String {
    let body = body.replace('%', "%25").replace('#', "%23");
    format!(
        "data:text/html;charset=utf-8,<!doctype html><html lang=en><title>A page</title><main><h1>Seats</h1>{body}</main>"
    )
}

/// Seen red: with the size, the media or the script left as the browser has them.
#[test]
fn a_page_is_seen_as_its_reader_looks_at_it() {
    let look = page(
        "<meta name=viewport content='width=device-width'><p id=wide></p><noscript>No script here</noscript>
         <script>wide.textContent = innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches</script>",
    );
    let phone = Browser::start(Look::new(PHONE).dark());
    phone.visit(&look);
    assert_eq!(phone.text("#wide"), "390 true");
    let plain = Browser::start(Look::new(SCREEN).no_script());
    for _ in 0..2 {
        plain.visit(&look);
        assert_eq!(plain.text("#wide"), "");
        plain.shows("No script here");
        // Looked at by script from outside, and none of its own runs even then.
        assert_eq!(
            plain.ask("return innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches"),
            "1440 false"
        );
        plain.axe();
    }
}

/// Seen red: with a label that belongs to nothing.
#[test]
fn what_is_written_on_things_finds_them() {
    let browser = Browser::start(Look::new(SCREEN).no_script());
    browser.visit(&page(
        "<form action=about:blank><label for=a>Person's name</label><input id=a>
         <label>Why <textarea></textarea></label><label>Role <select><option>viewer<option>admin</select></label>
         <details><summary> More
         of it</summary><p>Found</p></details><button>Go</button></form>",
    ));
    browser.fill("Person's name", "Ann");
    browser.fill("Why", "gone home");
    browser.choose("Role", "admin");
    browser.click("More of it");
    browser.shows("Found");
    let values = "return [...document.querySelectorAll('input, textarea, select')].map(e => e.value).join()";
    assert_eq!(browser.ask(values), "Ann,gone home,admin");
    browser.keys("\u{E004}");
    assert_eq!(browser.count("details[open]"), 1);
}

/// Seen red: with the rules' impacts left out of the question.
#[test]
fn what_is_wrong_with_a_page_is_told() {
    let browser = Browser::start(Look::new(SCREEN));
    browser.visit(&page("<p>Well</p>"));
    assert_eq!((browser.axe(), browser.complaints()), (vec![], vec![]));
    browser.visit(&page(
        "<input><meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"><script>1</script>",
    ));
    let found = browser.axe();
    assert!(found.len() == 1 && found[0].contains(": label: "), "{found:?}");
    let complaints = browser.complaints();
    assert!(complaints.len() == 1 && complaints[0].contains("Content Security Policy"), "{complaints:?}");
}

#[test]
fn a_picture_is_of_the_whole_page() {
    let browser = Browser::start(Look::new(PHONE));
    browser.visit(&page("<meta name=viewport content='width=device-width'><div style='height: 3000px'></div>"));
    let picture = std::fs::read(browser.picture("itself")).expect("it was kept");
    // Of a PNG, the header's eight bytes of width and height.
    let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes"));
    assert!(number(16) == 390 && number(20) > 3000, "{} × {}", number(16), number(20));
}
