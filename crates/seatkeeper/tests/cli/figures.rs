//! The figures of a running server, and those who read them: the alerts, the dashboard and the page that explains them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use seatkeeper_test_support::{BOUND, Postgres, Process, Start, until};

use crate::Vendor;

/// The figures that a text names, without what Prometheus adds to the name of a histogram.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let figures = words.filter(|word| word.starts_with("seatkeeper_"));
    figures
        .map(|word| ["_bucket", "_count", "_sum"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word))
        .collect()
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Seen red with a figure misspelt in the alerts, and with one that the page does not explain.
#[test]
fn alerts_and_dashboard_read_what_a_server_shows_and_the_page_explains_all_of_it() {
    let vendor = Vendor::start();
    let http = vendor.server.http().bearer(&vendor.token);
    let shown = || http.get("/metrics").body;
    // The lanes are looked at five times a second.
    let shown = until(BOUND, "the server to show its lanes", || Some(shown()).filter(|s| s.contains("_lane_number{")));
    let page = file("docs/running.md");
    let dashboard = file("deploy/grafana/seatkeeper.json");
    serde_json::from_str::<serde_json::Value>(&dashboard).expect("the dashboard is JSON");
    for text in [&page, &dashboard, &file("deploy/prometheus/alerts.yml")] {
        let unknown: Vec<_> = named(text).difference(&named(&shown)).copied().collect();
        assert!(named(text).len() > 5 && unknown.is_empty(), "no server shows {unknown:?}");
    }
    let unexplained: Vec<_> = named(&shown).difference(&named(&page)).copied().collect();
    assert!(unexplained.is_empty(), "docs/running.md does not say what these are: {unexplained:?}");
}

/// Seen red when only the books can say whose the token is.
#[test]
fn a_monitor_sees_that_the_database_is_away_and_is_back() {
    let mut postgres = Postgres::start();
    let url = postgres.url(&postgres.create_database());
    let vendor = Vendor::on(Start::default().database(&url).ready());
    let (monitor, stranger) = (vendor.server.token(&["--role", "viewer"]), vendor.server.token(&["--role", "viewer"]));
    let http = vendor.server.http().bearer(&monitor);
    let away = || {
        http.get("/metrics").body.lines().find_map(|line| line.strip_prefix("seatkeeper_database_away ")?.parse().ok())
    };
    until(BOUND, "the database to be there", || (away() == Some(0)).then_some(()));
    postgres.kill9();
    until(BOUND, "the database to be away", || (away() == Some(1)).then_some(()));
    assert!(!vendor.server.is_ready());
    assert_eq!(vendor.server.http().bearer(&stranger).get("/metrics").status, 503, "it was never seen");
    assert_eq!(http.get("/v1/licenses").status, 503, "the figures are all that it sees");
    postgres.restart();
    until(BOUND, "the database to be back", || (away() == Some(0)).then_some(()));
    vendor.server.wait_ready();
}

/// Seen red when the books are waited for as long as they take: the reason was another, and came later than a load balancer
/// waits.
#[test]
fn books_that_do_not_answer_are_away() {
    let database = Postgres::shared();
    let vendor = Vendor::on(Start::default().database(&database.url()).ready());
    let http = vendor.server.http().bearer(&vendor.token);
    let mut command = Command::new("psql");
    let mut somebody = Process::start(command.args(["--no-psqlrc", "--tuples-only", "--quiet", &database.url()]));
    somebody.say("BEGIN; LOCK TABLE meta, lanes; SELECT 'locked';");
    somebody.hear(" locked");
    let why = http.get("/readyz").json()["detail"].to_string();
    assert!(why.contains("the books do not answer"), "{why}");
    until(BOUND, "the figures to say so", || {
        http.get("/metrics").body.contains("seatkeeper_database_away 1").then_some(())
    });
    somebody.say("COMMIT;");
    vendor.server.wait_ready();
}
