//! Admitting a device, its terms, and giving it up.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_protocol::client::{ActivationAnswer, ActivationRequest, ActivationTerms};
use seatkeeper_protocol::paths::PROTOCOL;
use seatkeeper_protocol::{Code, Problem};
use serde::Deserialize;

use crate::app::App;
use crate::convert::program;
use crate::extract::{Address, Called, Program, Unread};
use crate::problem::Refused;

/// Activate
///
/// Admits this installation on this device to a licence, by serial number and product key. The token in the answer is
/// shown once and sent with every later call. An installation that is admitted already gets a fresh token in place of
/// its old one.
///
/// A wrong serial number, a wrong key and a wrong pair get the same answer. Wrong attempts are limited by address; a
/// right pair is never held back.
#[utoipa::path(
    post,
    path = "/v1/client/activations",
    tag = "programs",
    request_body = ActivationRequest,
    responses(
        (status = 201, description = "Admitted.", body = ActivationAnswer),
        (status = 200, description = "This installation was admitted before.", body = ActivationAnswer),
        (status = 400, description = "`protocol_not_supported`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`key_revoked`, `license_revoked`, `license_suspended`, `license_expired`, \
            `version_not_supported`, `maintenance_lapsed`, `blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`unknown_key`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`device_limit`, `trial_used`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn activate(
    State(app): State<App>,
    Called(called): Called,
    from: Address,
    body: Unread,
) -> Result<(StatusCode, Json<ActivationAnswer>), Refused> {
    // Before the rest, which another protocol may spell otherwise.
    let Spoken { protocol } = body.read()?;
    if protocol != PROTOCOL {
        let detail = format!("This server speaks protocol {PROTOCOL}, the program speaks {protocol}.");
        return Err(Refused::new(Code::ProtocolNotSupported, detail));
    }
    let activation = app.service.activate(program::activation(body.read()?, from, called)?).await?;
    let status = if activation.admitted.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(program::activated(activation))))
}

/// What a request of every protocol says.
#[derive(Deserialize)]
struct Spoken {
    protocol: u32,
}

/// Terms of this activation
///
/// The licence, its policy and a fresh certificate, as they now are.
#[utoipa::path(
    get,
    path = "/v1/client/activation",
    tag = "programs",
    responses(
        (status = 200, description = "The terms.", body = ActivationTerms),
        (status = 401, description = "`activation_ended`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn activation_terms(
    State(app): State<App>,
    Program(credential): Program,
) -> Result<Json<ActivationTerms>, Refused> {
    Ok(Json(program::terms(app.service.terms(credential).await?)))
}

/// Give the device up
///
/// Move Licence: this device is no longer activated, its sessions end, and another device can take its place. Safe to
/// repeat.
#[utoipa::path(
    delete,
    path = "/v1/client/activation",
    tag = "programs",
    responses(
        (status = 204, description = "The device is given up, now or before."),
        (status = 409, description = "`loan_outstanding`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn deactivate(State(app): State<App>, Program(credential): Program) -> Result<StatusCode, Refused> {
    app.service.deactivate(credential).await?;
    Ok(StatusCode::NO_CONTENT)
}
