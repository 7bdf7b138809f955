//! From where somebody comes who signs in: what their attempts are counted by, and what stands beside their sign-in.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use seatkeeper_service as service;

use crate::portal::Portal;

/// Whoever sends this request.
pub(crate) struct Caller(pub(crate) service::Caller);

impl FromRequestParts<Portal> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Infallible> {
        let address = (portal.options.address)(parts);
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(Self(service::Caller {
            address: address.map_or_else(|| "unknown".to_owned(), |address| address.to_string()),
            network: address.map_or_else(|| "unknown".to_owned(), network),
            agent: agent.to_owned(),
        }))
    }
}

/// Whoever has one IPv6 address has its whole /64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address.to_string(),
    }
}
