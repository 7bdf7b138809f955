//! What every handler shares, and what the one who starts the server decides about it.

use std::net::IpAddr;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use seatkeeper_service::Service;

/// How the server is reached and watched.
#[derive(Clone)]
pub struct Options {
    /// Whether the machine at this address is a proxy of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) options: Options,
}
