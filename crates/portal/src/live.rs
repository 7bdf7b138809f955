//! What tells an open page that something changed, so that it fetches itself again. Says that, and nothing of what.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::unfold;

use crate::portal::Portal;
use crate::visitor::Visitor;

/// A word now and then, so that proxies do not take silence for the end.
const EVERY: Duration = Duration::from_secs(15);

/// Follows the changes of what exists for the visitor, until the server stops or they go away.
pub(crate) async fn changes(State(portal): State<Portal>, visitor: Visitor) -> impl IntoResponse {
    let changes = portal.service.changes(&visitor.admin);
    let events = unfold(changes, |mut changes| async move {
        let more = changes.more().await;
        // Browsers drop an event that has no data.
        more.then(|| (Ok::<_, Infallible>(Event::default().event("changed").data("look")), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(EVERY))
}
