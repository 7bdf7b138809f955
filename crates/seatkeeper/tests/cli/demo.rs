//! The demo starts, shows people at work and ends, leaving nothing behind.

use rustix::process::Signal;
use seatkeeper_test_support::{BOUND, Process, until};

use crate::{Said, seatkeeper, text};

#[test]
fn people_come_and_go_and_what_it_says_to_try_works() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut demo = Process::start(seatkeeper(&["demo"]).env("TMPDIR", temporary.path()));
    let shown = until(BOUND, "two people at work", || {
        let shown = demo.stdout();
        (shown.contains("Mara opens Planner") && shown.contains("Jonas opens Planner")).then_some(shown)
    });
    let after = |word: &str| {
        shown.split(word).nth(1).and_then(|rest| rest.split_whitespace().next()).expect("it is shown").to_owned()
    };
    let (url, token) = (after("SEATKEEPER_URL="), after("SEATKEEPER_TOKEN="));
    let mut command = seatkeeper(&["--json", "session", "list", "--customer", "Alpha Bau"]);
    let sessions = Said::of(command.env("SEATKEEPER_URL", url).env("SEATKEEPER_TOKEN", token)).done().json();
    let users: Vec<&str> = sessions["items"].as_array().expect("a list").iter().map(|row| text(row, "user")).collect();
    assert!(users.contains(&"Mara") && users.contains(&"Dana Kowalski"), "who came, and who forgot: {users:?}");
    demo.signal(Signal::INT);
    assert!(demo.wait().success());
    assert_eq!(demo.stderr(), "");
    assert_eq!(std::fs::read_dir(temporary.path()).expect("a folder").count(), 0);
}

#[test]
fn it_ends_by_itself_where_asked() {
    let said = Said::of(&mut seatkeeper(&["demo", "--for", "1"])).done();
    assert!(said.out.ends_with("The demo is over; what it wrote is gone.\n"), "{}", said.out);
}
