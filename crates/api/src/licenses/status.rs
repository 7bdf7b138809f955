//! Three verbs that are not the same: suspend pauses, resume lifts the pause, revoke ends for ever.

use axum::extract::State;
use seatkeeper_domain::decide::{Resume, Revoke, Suspend};
use seatkeeper_protocol::admin::{License, Reason};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::one;
use crate::app::App;
use crate::convert::text::{SENTENCE, one as checked};
use crate::extract::{Path, Posted, Tagged};
use crate::problem::Refused;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(suspend_license))
        .routes(routes!(resume_license))
        .routes(routes!(revoke_license))
}

/// Suspend a licence
///
/// Checkouts and refreshes are refused from now on; seats stay. Resuming is enough. Takes the role `support`, `sales`
/// or `admin` of the vendor's own.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/suspend",
    tag = "licences",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = Reason,
    responses((status = 200, description = "Suspended, now or before.", body = License)),
)]
pub(crate) async fn suspend_license(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reason>,
) -> Result<Tagged<License>, Refused> {
    let suspend = Suspend { license_id: id.into(), reason: checked("reason", posted.body.reason, SENTENCE)? };
    app.service.office(&posted.admin, posted.asked, suspend).await?;
    one(&app, &posted.admin, id.into()).await
}

/// Resume a licence
///
/// Lifts a suspension; programs go on by themselves. Takes the role `support`, `sales` or `admin` of the vendor's own.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/resume",
    tag = "licences",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = Reason,
    responses((status = 200, description = "Active, now or before.", body = License)),
)]
pub(crate) async fn resume_license(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reason>,
) -> Result<Tagged<License>, Refused> {
    let resume = Resume { license_id: id.into(), reason: checked("reason", posted.body.reason, SENTENCE)? };
    app.service.office(&posted.admin, posted.asked, resume).await?;
    one(&app, &posted.admin, id.into()).await
}

/// Revoke a licence
///
/// Ends it for ever, and every session of it. Takes the role `admin`.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/revoke",
    tag = "licences",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = Reason,
    responses((status = 200, description = "Revoked, now or before.", body = License)),
)]
pub(crate) async fn revoke_license(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reason>,
) -> Result<Tagged<License>, Refused> {
    let revoke = Revoke { license_id: id.into(), reason: checked("reason", posted.body.reason, SENTENCE)? };
    app.service.office_until_done(&posted.admin, posted.asked, revoke).await?;
    one(&app, &posted.admin, id.into()).await
}
