//! `serve` as a process: one server a data folder, TLS from files, and an end in good order.

use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use seatkeeper_test_support::{Process, Server};
use tempfile::TempDir;

use crate::{Said, seatkeeper};

/// A server that speaks TLS for `localhost`.
pub(crate) struct Encrypted {
    pub(crate) url: String,
    /// Its certificate, which signs itself.
    pub(crate) certificate: PathBuf,
    dir: TempDir,
    _process: Process,
}

impl Encrypted {
    /// With a certificate that ends when `year` begins.
    #[track_caller]
    pub(crate) fn start(year: i32) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let (certificate, key_file) = (dir.path().join("certificate.pem"), dir.path().join("key.pem"));
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(year, 1, 1));
        let signed = params.self_signed(&key).expect("a certificate");
        std::fs::write(&certificate, signed.pem()).expect("a file");
        std::fs::write(&key_file, key.serialize_pem()).expect("a file");
        let mut command = seatkeeper(&["serve", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(dir.path().join("data")).arg("--tls-certificate").arg(&certificate).arg("--tls-key").arg(&key_file);
        let mut process = Process::start(&mut command);
        let line = process.hear("listening https://127.0.0.1:");
        let url = line["listening ".len()..].replace("127.0.0.1", "localhost");
        Self { url, certificate, dir, _process: process }
    }
}

#[test]
fn administration_goes_over_tls_and_only_where_the_certificate_is_believed() {
    let server = Encrypted::start(2040);
    let token =
        Said::of(seatkeeper(&["token", "create", "--role", "admin", "--data"]).arg(server.dir.path().join("data")))
            .done()
            .out;
    let mut command = seatkeeper(&["product", "list", "--url", &server.url]);
    command.env("SEATKEEPER_TOKEN", token.trim());
    Said::of(&mut command).refused(1, &["no answer from", "certificate"]);
    Said::of(command.env("SSL_CERT_FILE", &server.certificate)).done();
}

#[test]
fn a_second_server_on_the_same_books_is_refused_by_name() {
    let mut server = Server::start();
    let id = server.process().id().to_string();
    let said = Said::of(seatkeeper(&["serve", "--listen", "127.0.0.1:0", "--data"]).arg(server.data()));
    said.refused(1, &["another server uses", &id]);
    assert!(server.is_ready());
}

#[test]
fn a_port_that_is_taken_is_named_and_nothing_is_lost() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = other.local_addr().expect("its address").to_string();
    let dir = TempDir::new().expect("a temporary folder");
    let said = Said::of(seatkeeper(&["serve", "--listen", &address, "--data"]).arg(dir.path()));
    said.refused(1, &["cannot listen on", &address, "in use"]);
    drop(other);
    // The secrets that were made are the ones that it starts with once the port is free.
    let secret = std::fs::read(dir.path().join("root.key")).expect("it was made");
    let mut server = Process::start(seatkeeper(&["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir.path()));
    server.hear("listening ");
    assert_eq!(std::fs::read(dir.path().join("root.key")).expect("it is there"), secret);
}

#[test]
fn it_says_where_the_secrets_are_and_ends_when_told() {
    let mut server = Server::start();
    let log = server.process().stderr();
    for name in ["master.key", "root.key"] {
        assert!(log.contains(server.data().join(name).to_str().expect("text")), "{name} is not in {log}");
    }
    let said = server.process().stdout();
    let (listening, first) = said.split_once('\n').expect("two lines");
    assert!(listening.starts_with("listening http://"), "{said}");
    assert!(first.starts_with("first administrator http://") && first.lines().count() == 1, "{said}");
    assert!(server.stop().success());
    assert!(server.process().stderr().contains("stopped"));
}

#[test]
fn the_log_is_json_where_asked() {
    let dir = TempDir::new().expect("a temporary folder");
    let mut command = seatkeeper(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
    let mut process = Process::start(command.arg(dir.path()));
    process.hear("listening ");
    process.stop();
    let log = process.stderr();
    assert!(log.lines().count() > 1);
    for line in log.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(entry["level"].is_string() && entry["timestamp"].is_string(), "{line}");
    }
}
