//! Why was I refused at 09:03? Refusals as episodes.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use seatkeeper_domain::denial::RequestId;
use seatkeeper_protocol::admin::{Denial, List};
use seatkeeper_service::read::DenialFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::record;
use crate::extract::{Admin, Query, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_denials))
}

/// Which refusals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Denials {
    /// Of this licence.
    license_id: Option<Uuid>,
    /// Of this customer.
    customer_id: Option<Uuid>,
    /// Of users whose name holds this, whatever its case.
    user: Option<String>,
    /// With a try that was answered with this `request_id`. Of an episode's tries the first eight and the last eight are known.
    request_id: Option<String>,
    /// That began at this time or later.
    since: Option<Timestamp>,
    /// That began before this time.
    until: Option<Timestamp>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List refusals
///
/// One holder's refusals within a quarter of an hour are one episode: who, when, why, how many tries, how it ended, and
/// the seats and their use at that moment.
#[utoipa::path(
    get,
    path = "/v1/denials",
    tag = "records",
    params(Denials),
    responses((status = 200, description = "In the order in which they began.", body = List<Denial>)),
)]
pub(crate) async fn list_denials(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Denials>,
) -> Result<Json<List<Denial>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    let filter = DenialFilter {
        license_id: query.license_id.map(Into::into),
        customer_id: query.customer_id.map(Into::into),
        user: query.user,
        request: query.request_id.map(RequestId),
        since: query.since,
        until: query.until,
    };
    let now = app.service.now();
    Ok(listed(app.service.denials(&admin, filter, page).await?, |denial| record::denial(denial, now)))
}
