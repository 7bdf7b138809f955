//! Everything that changed, by whom; followed from a cursor with no gap.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use seatkeeper_protocol::admin::{Event, List};
use seatkeeper_service::read::{EventRow, LanePosition};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::convert::record;
use crate::extract::{Admin, Query, cursor};
use crate::problem::Refused;

/// How long an answer may be waited for, in seconds: less than an answer may take at all.
const LONGEST_WAIT: u32 = 20;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Which part of the events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Events {
    /// Where the page before ended; from the beginning by default. `now` is where only what is still to come follows.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where there is nothing yet, wait for it so many seconds; 0 by default, at most 20.
    #[param(minimum = 0, maximum = 20)]
    wait: Option<u32>,
}

/// Follow the events
///
/// Everything that changed, by whom. There is always a next cursor: with it the next call goes on where this one ended,
/// with no gap and nothing twice, whether there is more already or not yet. With `wait` that call is answered as soon as
/// something happens, on whichever server, or with an empty page when the time is over.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "records",
    params(Events),
    responses((status = 200, description = "In the order in which they were committed.", body = List<Event>)),
)]
pub(crate) async fn list_events(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Events>,
) -> Result<Json<List<Event>>, Refused> {
    let limit = cursor::limit(query.limit)?;
    let wait = match query.wait.unwrap_or(0) {
        seconds @ 0..=LONGEST_WAIT => Duration::from_secs(seconds.into()),
        _ => return Err(Refused::field("wait", format!("must be between 0 and {LONGEST_WAIT}"))),
    };
    let after = match query.cursor.as_deref() {
        Some("now") => app.service.lanes(&admin).await?,
        Some(text) => cursor::bytes(text).and_then(|bytes| record::positions(&bytes)).ok_or_else(cursor::not_ours)?,
        None => Vec::new(),
    };
    let rows = app.service.events(&admin, &after, limit, wait).await?;
    let next: Vec<u8> = seen(after, &rows).iter().flat_map(record::position_bytes).collect();
    let items = rows.into_iter().map(record::event).collect();
    Ok(Json(List { items, next_cursor: Some(cursor::text(&next)) }))
}

/// Where a follower is on each lane once it has read these rows.
fn seen(mut positions: Vec<LanePosition>, rows: &[EventRow]) -> Vec<LanePosition> {
    for row in rows {
        match positions.iter_mut().find(|position| position.lane == row.lane) {
            Some(position) => position.number = position.number.max(row.lane_number),
            None => positions.push(LanePosition { lane: row.lane, number: row.lane_number }),
        }
    }
    positions
}
