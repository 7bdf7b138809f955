//! The inside of a server: the books, the writer's driver and the service over them. Opens no door.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use seatkeeper_api::{Options, local_router, router};
use seatkeeper_service::{Parts, Service};

use super::books::{self, OpenBooks};
use super::secrets;
use crate::config::Network;
use crate::place::Place;

/// Upper bounds of the buckets that durations are counted in, in seconds.
const BUCKETS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The inside of a server. Dropping it answers what was accepted and closes the books.
pub(crate) struct House {
    /// The use cases.
    pub(crate) service: Arc<Service>,
    options: Options,
    recorder: Option<PrometheusRecorder>,
    _books: OpenBooks,
}

impl House {
    /// Opens the books, made where there are none yet; believes `proxies` about who asks. Call it within a runtime.
    pub(crate) async fn open(place: &Place, proxies: Vec<Network>) -> anyhow::Result<Self> {
        let place = place.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let books = books::open(&place)?;
            let secrets = secrets::look(&place.data, &*books.reader, &*books.upkeep)?;
            anyhow::Ok((books, secrets))
        });
        let (books, secrets) = opened.await.context("opening the books panicked")??;
        let service = Service::start(Parts {
            submit: books.driver.submit(),
            reader: books.reader.clone(),
            upkeep: books.upkeep.clone(),
            clock: books.clock.clone(),
            epoch: books.epoch,
            master: secrets.master,
            root: secrets.root,
            issuer: books.installation_id.urn().to_string(),
        })
        .await?;
        let recorder = PrometheusBuilder::new().set_buckets(BUCKETS)?.build_recorder();
        let options = Options {
            trusted_proxy: Arc::new(move |peer: IpAddr| proxies.iter().any(|network| network.contains(peer))),
            metrics: recorder.handle(),
        };
        Ok(Self { service, options, recorder: Some(recorder), _books: books })
    }

    /// Lets this process's figures show in `/metrics`. Call it once, within a runtime.
    pub(crate) fn record_metrics(&mut self) -> anyhow::Result<()> {
        let Some(recorder) = self.recorder.take() else { return Ok(()) };
        metrics::set_global_recorder(recorder).context("figures are recorded elsewhere already")?;
        tokio::spawn(tidy(self.options.metrics.clone()));
        Ok(())
    }

    /// What the network sees.
    pub(crate) fn router(&self) -> Router {
        router(self.service.clone(), self.options.clone())
    }

    /// What the machine's owner sees.
    pub(crate) fn owners_router(&self) -> Router {
        local_router(self.service.clone(), self.options.clone())
    }
}

/// Histograms keep every value until somebody counts them together.
async fn tidy(metrics: PrometheusHandle) {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    loop {
        tick.tick().await;
        metrics.run_upkeep();
    }
}
