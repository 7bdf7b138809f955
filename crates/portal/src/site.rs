//! The server's address, as it is handed on to people and programs.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::portal::Portal;

/// The address without a slash at its end: the one that the administrator wrote down, or else as this browser reached it.
pub(crate) struct Site(pub(crate) String);

impl FromRequestParts<Portal> for Site {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Ok(Self(portal.options.public_url.clone().unwrap_or_else(|| reached(host.unwrap_or("localhost")))))
    }
}

fn reached(host: &str) -> String {
    let name = host.strip_prefix('[').map_or(host.split(':').next(), |rest| rest.split(']').next());
    let local = matches!(name, Some("localhost" | "127.0.0.1" | "::1"));
    format!("{}://{host}", if local { "http" } else { "https" })
}

#[cfg(test)]
mod tests {
    use super::reached;

    #[test]
    fn this_machine_is_reached_without_tls_and_others_with_it() {
        for here in ["localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080"] {
            assert_eq!(reached(here), format!("http://{here}"));
        }
        for elsewhere in ["seats.example", "127.0.0.1.example:80", "[2001:db8::1]:443", "localhost.example"] {
            assert_eq!(reached(elsewhere), format!("https://{elsewhere}"));
        }
    }
}
