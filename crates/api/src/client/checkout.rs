//! Taking a seat, keeping it, giving it back, and asking whether there is one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::client::{Availability, CheckoutAnswer, CheckoutRequest, RefreshRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::app::App;
use crate::convert::program;
use crate::extract::{Address, Body, Called, Path, Program, Query};
use crate::problem::Refused;

/// Take a seat
///
/// Takes a seat, or joins the one that this holder has. The id is made up by the program and written down before it
/// asks: asking again with the same id is the same request.
#[utoipa::path(
    put,
    path = "/v1/client/checkouts/{checkout_id}",
    tag = "programs",
    params(("checkout_id" = Uuid, Path, description = "Made up by the program.")),
    request_body = CheckoutRequest,
    responses(
        (status = 201, description = "A seat is held.", body = CheckoutAnswer),
        (status = 200, description = "The same request again.", body = CheckoutAnswer),
        (status = 401, description = "`activation_ended`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`key_revoked`, `license_revoked`, `license_suspended`, `license_expired`, \
            `version_not_supported`, `maintenance_lapsed`, `blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`no_seat_available`, `holder_limit`", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "`checkout_ended`: the id was used and is over", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn check_out(
    State(app): State<App>,
    Program(credential): Program,
    Called(called): Called,
    from: Address,
    Path(id): Path<Uuid>,
    Body(request): Body<CheckoutRequest>,
) -> Result<(StatusCode, Json<CheckoutAnswer>), Refused> {
    let lease = app.service.checkout(credential, program::checkout(id, request, from, called)?).await?;
    let status = if lease.granted.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(program::granted(lease))))
}

/// Renew the lease
///
/// The heartbeat that keeps the seat. Names the lease held, so that a copied state is found out.
#[utoipa::path(
    post,
    path = "/v1/client/checkouts/{checkout_id}/refresh",
    tag = "programs",
    params(("checkout_id" = Uuid, Path, description = "The checkout.")),
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "Renewed.", body = CheckoutAnswer),
        (status = 401, description = "`activation_ended`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`key_revoked`, `license_revoked`, `license_suspended`, `license_expired`, \
            `blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`checkout_forked`", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "`checkout_ended`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    Program(credential): Program,
    from: Address,
    Path(id): Path<Uuid>,
    Body(request): Body<RefreshRequest>,
) -> Result<Json<CheckoutAnswer>, Refused> {
    let lease = app.service.refresh(credential, program::refresh(id, request, from)?).await?;
    Ok(Json(program::granted(lease)))
}

/// When the seat was given back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GiveBack {
    /// When the program closed, if that was with no contact and lies in the past; now by default.
    ended_at: Option<Timestamp>,
}

/// Return a checkout
///
/// The last return of a session frees its seat. Safe to repeat.
#[utoipa::path(
    delete,
    path = "/v1/client/checkouts/{checkout_id}",
    tag = "programs",
    params(("checkout_id" = Uuid, Path, description = "The checkout."), GiveBack),
    responses((status = 204, description = "It is over, now or before.")),
)]
pub(crate) async fn give_back(
    State(app): State<App>,
    Program(credential): Program,
    Path(id): Path<Uuid>,
    Query(asked): Query<GiveBack>,
) -> Result<StatusCode, Refused> {
    app.service.give_back(credential, id.into(), asked.ended_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Is there a seat?
///
/// Takes none.
#[utoipa::path(
    get,
    path = "/v1/client/availability",
    tag = "programs",
    responses(
        (status = 200, description = "Seats, and how many are held.", body = Availability),
        (status = 401, description = "`activation_ended`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn availability(
    State(app): State<App>,
    Program(credential): Program,
) -> Result<Json<Availability>, Refused> {
    let (seats, in_use, next_back_by) = app.service.availability(credential).await?;
    Ok(Json(Availability { seats, in_use, next_back_by }))
}
