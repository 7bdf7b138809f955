//! The server's signing keys: added as the next, promoted to sign.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_protocol::admin::{GivenSigningKey, List, SigningKey, SigningKeyNew};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::convert::token as convert;
use crate::extract::{Admin, Nothing, Posted};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_signing_keys, add_signing_key)).routes(routes!(promote_signing_key))
}

/// List signing keys
///
/// Next, current and retired; without their private halves. Takes the role `admin`.
#[utoipa::path(
    get,
    path = "/v1/signing-keys",
    tag = "signing keys",
    responses((status = 200, description = "All of them.", body = List<SigningKey>)),
)]
pub(crate) async fn list_signing_keys(
    State(app): State<App>,
    Admin(admin): Admin,
) -> Result<Json<List<SigningKey>>, Refused> {
    all(&app, &admin).await
}

/// Add a signing key
///
/// It is published as the next key, so that programs know it before it signs; the first of all signs at once. The server
/// draws it where it has the vendor's root key; where the root is kept elsewhere, the key is made there and given here
/// with its certificate. Takes the role `admin`.
#[utoipa::path(
    post,
    path = "/v1/signing-keys",
    tag = "signing keys",
    request_body = SigningKeyNew,
    responses((status = 201, description = "All keys as they now are.", body = List<SigningKey>)),
)]
pub(crate) async fn add_signing_key(
    State(app): State<App>,
    posted: Posted<SigningKeyNew>,
) -> Result<(StatusCode, Json<List<SigningKey>>), Refused> {
    let given = posted.body.given.map(read).transpose()?;
    app.service.add_signing_key(&posted.admin, posted.asked, given).await?;
    Ok((StatusCode::CREATED, all(&app, &posted.admin).await?))
}

/// Promote the next signing key
///
/// It signs from now on; the one before verifies until what it signed has ended. Takes the role `admin`.
#[utoipa::path(
    post,
    path = "/v1/signing-keys/promote",
    tag = "signing keys",
    responses((status = 200, description = "All keys as they now are.", body = List<SigningKey>)),
)]
pub(crate) async fn promote_signing_key(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Json<List<SigningKey>>, Refused> {
    app.service.promote_signing_key(&posted.admin, posted.asked).await?;
    all(&app, &posted.admin).await
}

async fn all(app: &App, admin: &seatkeeper_service::Admin) -> Result<Json<List<SigningKey>>, Refused> {
    let keys = app.service.signing_keys(admin).await?;
    Ok(Json(List { items: keys.into_iter().map(convert::signing_key).collect(), next_cursor: None }))
}

fn read(given: GivenSigningKey) -> Result<([u8; 32], String), Refused> {
    let seed = BASE64.decode(given.private_key.expose()).ok().and_then(|bytes| bytes.try_into().ok());
    let seed =
        seed.ok_or_else(|| Refused::field("given.private_key", "must be 32 bytes in base64url without padding"))?;
    Ok((seed, given.certificate))
}
