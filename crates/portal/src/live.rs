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

/// Follows the changes of what exists for the visitor, until they go away or are signed out, or open many more pages, or the
/// server stops.
pub(crate) async fn changes(State(portal): State<Portal>, visitor: Visitor) -> impl IntoResponse {
    let changes = portal.service.changes(&visitor.who);
    let events = unfold((portal.service, changes), |(service, mut changes)| async move {
        let more = service.changed(&mut changes).await;
        // Browsers drop an event that has no data.
        more.then(|| (Ok::<_, Infallible>(Event::default().event("changed").data("look")), (service, changes)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(EVERY))
}
