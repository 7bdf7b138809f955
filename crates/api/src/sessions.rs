//! Who holds what, and giving a seat back for them.

use axum::Json;
use axum::extract::State;
use seatkeeper_domain::decide::Release as ReleaseSession;
use seatkeeper_protocol::admin::{List, Reason, Release, Session, SessionState};
use seatkeeper_service::read::SessionFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::session as convert;
use crate::convert::text::{SENTENCE, one as checked};
use crate::done;
use crate::extract::{Admin, Path, Posted, Query, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_sessions)).routes(routes!(session)).routes(routes!(release_session))
}

/// Which sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sessions {
    /// Of this licence.
    license_id: Option<Uuid>,
    /// Of this customer.
    customer_id: Option<Uuid>,
    /// Of users whose name holds this, whatever its case.
    user: Option<String>,
    /// On devices whose name holds this, whatever its case.
    device: Option<String>,
    /// In this state; all that hold a seat by default.
    state: Option<SessionState>,
    /// Of devices activated with this product key.
    key_id: Option<Uuid>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List sessions
///
/// Who holds a seat, since when, and by when it is back at the latest.
#[utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "sessions",
    params(Sessions),
    responses((status = 200, description = "In the order in which they began.", body = List<Session>)),
)]
pub(crate) async fn list_sessions(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Sessions>,
) -> Result<Json<List<Session>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    let filter = SessionFilter {
        license_id: query.license_id.map(Into::into),
        customer_id: query.customer_id.map(Into::into),
        user: query.user,
        device: query.device,
        state: query.state.map(convert::state),
        key_id: query.key_id.map(Into::into),
    };
    let now = app.service.now();
    Ok(listed(app.service.sessions(&admin, filter, page).await?, |row| convert::session(row, now)))
}

/// Read a session
#[utoipa::path(
    get,
    path = "/v1/sessions/{id}",
    tag = "sessions",
    params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = Session)),
)]
pub(crate) async fn session(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<Session>, Refused> {
    let row = app.service.session(&admin, id.into()).await?;
    Ok(Json(convert::session(row, app.service.now())))
}

/// Release a seat
///
/// Gives the seat back for somebody who forgot to. Their program learns of it at its next refresh; the answer says what
/// overlap is possible, and until when. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/sessions/{id}/release",
    tag = "sessions",
    params(("id" = Uuid, Path, description = "The session.")),
    request_body = Reason,
    responses((status = 200, description = "Released, now or before.", body = Release)),
)]
pub(crate) async fn release_session(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reason>,
) -> Result<Json<Release>, Refused> {
    let release = ReleaseSession { session_id: id.into(), reason: checked("reason", posted.body.reason, SENTENCE)? };
    let answer = app.service.office(&posted.admin, posted.asked, release).await?;
    let (session_id, overlap_until) = done::released(answer)?;
    Ok(Json(convert::release(session_id, overlap_until)))
}
