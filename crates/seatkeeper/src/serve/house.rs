//! The inside of a server: the books, the writer's driver and the service over them. Opens no door.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};
use seatkeeper_api::{Options, client_address, local_router, request_id, router};
use seatkeeper_service::{Parts, Service};
use seatkeeper_store::Clock;

use super::books::{self, OpenBooks};
use super::{figures, secrets};
use crate::config::Network;
use crate::place::Place;

/// The inside of a server. Dropping it answers what was accepted and closes the books.
pub(crate) struct House {
    /// The use cases.
    pub(crate) service: Arc<Service>,
    options: Options,
    recorder: Option<PrometheusRecorder>,
    books: OpenBooks,
}

impl House {
    /// Opens the books, made where there are none yet; believes `proxies` about who asks. Call it within a runtime.
    pub(crate) async fn open(place: &Place, proxies: Vec<Network>) -> anyhow::Result<Self> {
        Self::by(place, proxies, books::open).await
    }

    /// Likewise, in a folder and by another clock than the machine's.
    pub(crate) async fn staged(place: &Place, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        Self::by(place, Vec::new(), move |place| books::embedded(&place.data, |_| clock)).await
    }

    async fn by(
        place: &Place,
        proxies: Vec<Network>,
        open: impl FnOnce(&Place) -> anyhow::Result<OpenBooks> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let place = place.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let books = open(&place)?;
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
        let recorder = figures::recorder()?;
        let options = Options {
            trusted_proxy: Arc::new(move |peer: IpAddr| proxies.iter().any(|network| network.contains(peer))),
            metrics: recorder.handle(),
        };
        Ok(Self { service, options, recorder: Some(recorder), books })
    }

    /// Lets this process's figures show in `/metrics`. Call it once, within a runtime.
    pub(crate) fn record_metrics(&mut self) -> anyhow::Result<()> {
        let Some(recorder) = self.recorder.take() else { return Ok(()) };
        figures::record(recorder, self.books.driver.submit().writers())?;
        tokio::spawn(tidy(self.options.metrics.clone()));
        Ok(())
    }

    /// What the network sees, where people reach it under this address if it is known: the pages, and all else from the API.
    pub(crate) fn router(&self, public_url: Option<String>) -> Router {
        let api = self.options.clone();
        let options = seatkeeper_portal::Options {
            address: Arc::new(move |parts| client_address(parts, &api)),
            public_url,
            request_id: Arc::new(|| request_id().0),
        };
        let pages = seatkeeper_portal::router(self.service.clone(), options);
        seatkeeper_portal::beside(pages, router(self.service.clone(), self.options.clone()))
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
