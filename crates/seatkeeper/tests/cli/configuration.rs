//! Wrong words are told all at once, each with where it came from, and end with code 2.

use crate::{Said, seatkeeper};

#[test]
fn every_mistake_of_the_configuration_is_told_at_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("seatkeeper.toml");
    std::fs::write(&file, "listen = \"somewhere\"\nmax_conections = 5\n").expect("a file");
    let mut command = seatkeeper(&["serve", "--log-level", "loud", "--config"]);
    let said = Said::of(command.arg(&file).env("SEATKEEPER_LOG_FORMAT", "xml"));
    said.refused(
        2,
        &[
            "wrong in 4 places",
            "seatkeeper.toml:1: listen: \"somewhere\" is no IP address",
            "seatkeeper.toml:2: max_conections: is no setting; did you mean `max_connections`?",
            "variable SEATKEEPER_LOG_FORMAT: \"xml\"",
            "flag --log-level: \"loud\"",
        ],
    );
}

#[test]
fn unknown_words_end_with_code_2() {
    for words in [
        &["licence", "list"][..],
        &["license", "issue"],
        &["license", "block", "SN-1", "--reason", "x"],
        &["serve", "--port", "1"],
    ] {
        Said::of(&mut seatkeeper(words)).refused(2, &["Usage"]);
    }
    let said = Said::of(seatkeeper(&["product", "list"]).current_dir(std::env::temp_dir()));
    said.refused(2, &["--url", "--data"]);
    Said::of(&mut seatkeeper(&["product", "list", "--url", "https://licences.invalid"]))
        .refused(2, &["SEATKEEPER_TOKEN"]);
}

#[test]
fn plain_http_off_loopback_is_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = dir.path().join("data");
    let mut command = seatkeeper(&["serve", "--listen", "0.0.0.0:0", "--data"]);
    Said::of(command.arg(&data)).refused(2, &["flag --listen", "tls_certificate", "insecure_http"]);
    assert!(!data.exists());
}
