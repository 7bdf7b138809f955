//! What every page shares, and what the one who starts the server decides about it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use seatkeeper_service::Service;

/// How the pages are reached.
#[derive(Clone)]
pub struct Options {
    /// From where a request comes, past proxies that are ours. None where that is not known.
    pub address: Arc<Address>,
    /// The address under which people and programs reach this server; as each request names it where that is not known.
    pub public_url: Option<String>,
    /// Makes the id that an answer is known by, in its `Request-Id` and in the log.
    pub request_id: Arc<RequestId>,
}

type Address = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;
type RequestId = dyn Fn() -> String + Send + Sync;

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) service: Arc<Service>,
    pub(crate) options: Options,
}
