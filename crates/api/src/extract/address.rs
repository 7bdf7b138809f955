//! From where a request comes, past proxies that are ours. Trusts no header of anybody else.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::{App, Options};
use crate::problem::Refused;
use crate::transport::Peer;

/// The client's address; none for the machine's owner on the local socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(Option<IpAddr>);

impl Address {
    /// As people read it.
    pub(crate) fn shown(self) -> String {
        self.0.map_or_else(|| "local".to_owned(), |address| address.to_string())
    }

    /// As failed attempts are counted: whoever has one IPv6 address has its whole /64.
    pub(crate) fn counted(self) -> String {
        match self.0 {
            Some(IpAddr::V6(address)) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            _ => self.shown(),
        }
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        match parts.extensions.get::<Peer>() {
            Some(Peer::Network(_)) => Ok(Self(client_address(parts, &app.options))),
            Some(Peer::Owner) => Ok(Self(None)),
            None => Err(Refused::internal(&"the transport did not say who its peer is")),
        }
    }
}

/// From where a request came, past the proxies that are trusted; none if it did not come over the network.
pub fn client_address(parts: &Parts, options: &Options) -> Option<IpAddr> {
    match parts.extensions.get::<Peer>() {
        Some(Peer::Network(peer)) => Some(client(*peer, &parts.headers, &*options.trusted_proxy)),
        Some(Peer::Owner) | None => None,
    }
}

/// The last hop that no trusted proxy vouches for: each proxy adds at the end whom it heard from, and what stands
/// further to the left may be anybody's invention.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &dyn Fn(IpAddr) -> bool) -> IpAddr {
    let mut client = peer;
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    for hop in lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(',')) {
        if !trusted(client) {
            break;
        }
        match address(hop.trim()) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

/// An address as proxies write it, some with the port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.parse::<IpAddr>().ok();
    plain.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let ours = |address: IpAddr| address.to_string().starts_with("10.");
        client(peer.parse().unwrap(), &headers, &ours).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(from("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 198.51.100.7"]), "198.51.100.7", "the left part is invented");
        assert_eq!(from("10.0.0.1", &["1.1.1.1", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(from("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn attempts_are_counted_by_network() {
        let counted = |text: &str| Address(Some(text.parse().unwrap())).counted();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
        assert_eq!(Address(None).counted(), "local");
    }
}
