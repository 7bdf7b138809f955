//! Devices admitted to licences, and ending one.

use axum::Json;
use axum::extract::State;
use seatkeeper_domain::decide::EndActivation;
use seatkeeper_protocol::admin::{Activation, List, Reason};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::session as convert;
use crate::convert::text::{SENTENCE, one as checked};
use crate::extract::{Admin, Path, Posted, Query, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_activations)).routes(routes!(activation)).routes(routes!(end_activation))
}

/// Which devices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Activations {
    /// Of this licence; of all by default.
    license_id: Option<Uuid>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List devices
///
/// Devices that are or were activated.
#[utoipa::path(
    get,
    path = "/v1/activations",
    tag = "activations",
    params(Activations),
    responses((status = 200, description = "In the order in which they were first admitted.", body = List<Activation>)),
)]
pub(crate) async fn list_activations(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Activations>,
) -> Result<Json<List<Activation>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    let license = query.license_id.map(Into::into);
    Ok(listed(app.service.activations(&admin, license, page).await?, convert::activation))
}

/// Read a device
#[utoipa::path(
    get,
    path = "/v1/activations/{id}",
    tag = "activations",
    params(("id" = Uuid, Path, description = "The device's activation.")),
    responses((status = 200, description = "The device.", body = Activation)),
)]
pub(crate) async fn activation(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<Activation>, Refused> {
    Ok(Json(convert::activation(app.service.activation(&admin, id.into()).await?)))
}

/// End a device's activation
///
/// For a laptop that is lost or gone: its sessions end, its tokens are good for nothing, and another device can take its
/// place. It may be activated again with the product key; to shut it out, block it. Takes the role `support`, `sales` or
/// `admin`.
#[utoipa::path(
    post,
    path = "/v1/activations/{id}/end",
    tag = "activations",
    params(("id" = Uuid, Path, description = "The device's activation.")),
    request_body = Reason,
    responses((status = 200, description = "Ended, now or before.", body = Activation)),
)]
pub(crate) async fn end_activation(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reason>,
) -> Result<Json<Activation>, Refused> {
    let reason = checked("reason", posted.body.reason, SENTENCE)?;
    let end = EndActivation { activation_id: id.into(), reason, finish: false };
    app.service.office_until_done(&posted.admin, posted.asked, end).await?;
    Ok(Json(convert::activation(app.service.activation(&posted.admin, id.into()).await?)))
}
