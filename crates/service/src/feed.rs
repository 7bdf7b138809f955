//! News of the books, whichever server made them: how far each lane of events is, looked at a few times a second. Knows no
//! event and nobody who follows.
//!
//! A process looks once, however many follow, and always: the signing keys are followed for as long as it lives, and a look
//! reads one small row a lane. The database is not asked to tell by itself (LISTEN/NOTIFY), which not every engine can.

use std::sync::Arc;
use std::time::Duration;

use seatkeeper_store::read::LanePosition;
use seatkeeper_store::{Reader, StoreError};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::service::PATIENCE;

/// How often it looks. What happens on one server is to be seen on all within a second.
const EVERY: Duration = Duration::from_millis(200);

/// The looking, while it goes on. Dropping it ends it.
pub(crate) struct Feed {
    news: News,
    looking: AbortHandle,
}

/// Tells one follower when there is more to read.
#[derive(Clone)]
pub struct News(watch::Receiver<Vec<LanePosition>>);

impl Feed {
    /// Starts looking. Call it within a runtime.
    pub(crate) fn start(reader: Arc<dyn Reader>) -> Self {
        let (tell, told) = watch::channel(Vec::new());
        let looking = tokio::spawn(look(reader, tell)).abort_handle();
        Self { news: News(told), looking }
    }

    /// News from now on.
    pub(crate) fn follow(&self) -> News {
        let mut news = self.news.clone();
        news.0.mark_unchanged();
        news
    }

    /// Ends the looking, and with it the waiting of all who follow.
    pub(crate) fn end(&self) {
        self.looking.abort();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.end();
    }
}

impl News {
    /// Waits until something was written since this was asked last; `false` when the server is stopping. What is written
    /// while the follower reads is news again, so that nothing is missed.
    pub async fn more(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }

    /// How far the lanes were when somebody last looked.
    pub(crate) fn places(&self) -> Vec<LanePosition> {
        self.0.borrow().clone()
    }
}

async fn look(reader: Arc<dyn Reader>, tell: watch::Sender<Vec<LanePosition>>) {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = Away::default();
    loop {
        tick.tick().await;
        let reader = reader.clone();
        let mut looking = tokio::task::spawn_blocking(move || reader.lanes());
        let looked = match timeout(PATIENCE, &mut looking).await {
            Ok(looked) => looked,
            Err(_) => {
                away.is(Some(&"no answer"));
                looking.await
            }
        };
        match looked.unwrap_or_else(|_| Err(StoreError::Fault("a look at the lanes panicked".to_owned()))) {
            Err(error) => away.is(Some(&error)),
            Ok(lanes) => {
                away.is(None);
                for at in &lanes {
                    metrics::gauge!("seatkeeper_lane_number", "lane" => at.lane.to_string()).set(at.number as f64);
                }
                tell.send_if_modified(|told| {
                    *told != lanes && {
                        *told = lanes;
                        true
                    }
                });
            }
        }
    }
}

/// Whether the books could not be looked at, which is said once and once when it is over.
#[derive(Default)]
struct Away(bool);

impl Away {
    fn is(&mut self, why: Option<&dyn std::fmt::Display>) {
        metrics::gauge!("seatkeeper_database_away").set(if why.is_some() { 1.0 } else { 0.0 });
        match why {
            Some(error) if !self.0 => tracing::warn!(%error, "the books cannot be followed; trying on"),
            None if self.0 => tracing::info!("the books are followed again"),
            _ => {}
        }
        self.0 = why.is_some();
    }
}
