//! What each setting means: its form, its bounds, and what must not stand together. Reads nothing but the layers.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;

use seatkeeper_api::transport::MAX_CONNECTIONS;
use seatkeeper_protocol::Secret;
use seatkeeper_service::Post;
use tracing::level_filters::LevelFilter;

use super::layers::Layers;
use super::{Config, Log, Mail, Mistake, Network, TlsFiles};
use crate::place::{BooksAt, DATA, Place};

/// Reads every setting. One that is wrong becomes a mistake, and its default stands in so that the rest is read too.
pub(super) fn config(layers: &Layers, mistakes: &mut Vec<Mistake>) -> Config {
    let mut read = Reader { layers, mistakes };
    let data = read.or("data", DATA.into(), |text| Ok(PathBuf::from(text)));
    let listen = read.or("listen", SocketAddr::from(([127, 0, 0, 1], 4870)), address);
    let books = read.or("database", BooksAt::Folder, BooksAt::parse);
    let tls = tls(&mut read);
    let insecure_http = read.or("insecure_http", false, boolean);
    if tls.is_none() && !insecure_http && !listen.ip().to_canonical().is_loopback() {
        read.refuse(
            "listen",
            "without TLS the server listens on loopback only, for tokens and keys would travel in the clear: give \
             `tls_certificate` and `tls_key`, or `insecure_http = true` where something before it ends TLS",
        );
    }
    Config {
        place: Place { data, books },
        listen,
        tls,
        insecure_http,
        trusted_proxies: read.or("trusted_proxies", Vec::new(), networks),
        max_connections: read.or("max_connections", MAX_CONNECTIONS, |text| number(text, 1, 1_000_000)),
        public_url: read.or("public_url", None, public_url),
        mail: Mail { server: read.or("mail", None, mail_server), from: read.or("mail_from", None, mail_from) },
        log: Log {
            json: read.or("log_format", false, log_format),
            level: read.or("log_level", LevelFilter::INFO, log_level),
        },
    }
}

struct Reader<'a> {
    layers: &'a Layers,
    mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    fn or<T>(&mut self, key: &str, default: T, parse: impl FnOnce(&str) -> Result<T, String>) -> T {
        let Some((origin, text)) = self.layers.get(key) else { return default };
        parse(text).unwrap_or_else(|wrong| {
            self.mistakes.push(Mistake { origin, wrong });
            default
        })
    }

    /// What is wrong with a setting besides its form.
    fn refuse(&mut self, key: &str, wrong: &str) {
        let Some((origin, _)) = self.layers.get(key) else { return };
        self.mistakes.push(Mistake { origin, wrong: wrong.to_owned() });
    }
}

fn tls(read: &mut Reader<'_>) -> Option<TlsFiles> {
    let certificate = read.or("tls_certificate", None, readable);
    let key = read.or("tls_key", None, readable);
    match (read.layers.get("tls_certificate"), read.layers.get("tls_key")) {
        (Some(_), None) => read.refuse("tls_certificate", "TLS needs the private key as well: `tls_key`"),
        (None, Some(_)) => read.refuse("tls_key", "TLS needs the certificate as well: `tls_certificate`"),
        _ => {}
    }
    Some(TlsFiles { certificate: certificate?, key: key? })
}

fn readable(text: &str) -> Result<Option<PathBuf>, String> {
    match File::open(text) {
        Ok(_) => Ok(Some(text.into())),
        Err(error) => Err(format!("cannot be read: {text}: {error}")),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no IP address with a port, such as 0.0.0.0:4870"))
}

fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

fn networks(text: &str) -> Result<Vec<Network>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

fn number(text: &str, least: usize, most: usize) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{text:?} is no number from {least} to {most}"))
}

fn public_url(text: &str) -> Result<Option<String>, String> {
    let host = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    match host.filter(|host| !host.is_empty() && !host.contains(|letter: char| letter.is_whitespace() || letter == '@'))
    {
        Some(_) => Ok(Some(text.trim_end_matches('/').to_owned())),
        None => Err(format!("{text:?} is no address of pages, such as https://licences.example.com")),
    }
}

/// A password may stand in it: what is wrong is told without it.
fn mail_server(text: &str) -> Result<Option<Secret>, String> {
    Post::server(text, ANYBODY, "").map(|_| Some(Secret::new(text)))
}

fn mail_from(text: &str) -> Result<Option<String>, String> {
    Post::files(PathBuf::new(), text, "").map(|_| Some(text.to_owned()))
}

/// Who could send a mail.
const ANYBODY: &str = "seatkeeper@localhost";

fn log_format(text: &str) -> Result<bool, String> {
    match text {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err(format!("{text:?} is neither text nor json")),
    }
}

fn log_level(text: &str) -> Result<LevelFilter, String> {
    let levels = ["error", "warn", "info", "debug", "trace"];
    let level = levels.contains(&text).then(|| text.parse().ok()).flatten();
    level.ok_or_else(|| format!("{text:?} is none of {}", levels.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_and_networks() {
        assert_eq!(boolean("1"), Ok(true));
        assert!(boolean("yes please").is_err());
        assert_eq!(networks("10.0.0.0/8, ::1").unwrap().len(), 2);
        assert_eq!(networks(""), Ok(vec![]));
        assert!(networks("10.0.0.0/8;::1").is_err());
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(number("7", 1, 9), Ok(7));
        for text in ["0", "10", "-1", "seven", ""] {
            assert!(number(text, 1, 9).is_err(), "{text}");
        }
    }

    #[test]
    fn the_defaults_have_no_mistake() {
        let mut mistakes = Vec::new();
        config(&Layers::default(), &mut mistakes);
        assert_eq!(mistakes, []);
    }
}
