//! A licence's product keys: one for each site or group, with cut-offs; shown again, and replaced.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::id::{KeyId, LicenseId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_protocol::Secret;
use seatkeeper_protocol::admin::{Key, KeyIssued, KeyNew, KeyPatch, KeySecret, List, Reissue};
use seatkeeper_service::{Admin as Administrator, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::key as convert;
use crate::done;
use crate::extract::{Admin, Body, IfMatch, Path, Posted, Tagged};
use crate::problem::Refused;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_keys, add_key))
        .routes(routes!(show_key, change_key))
        .routes(routes!(key_secret))
        .routes(routes!(reissue_key))
}

/// List product keys
///
/// All keys of a licence, with how many devices use each; without their secrets. A licence has at most 1000.
#[utoipa::path(
    get,
    path = "/v1/licenses/{id}/keys",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence.")),
    responses((status = 200, description = "All of them.", body = List<Key>)),
)]
pub(crate) async fn list_keys(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<List<Key>>, Refused> {
    let keys = app.service.keys(&admin, id.into()).await?;
    Ok(Json(List { items: keys.into_iter().map(convert::key).collect(), next_cursor: None }))
}

/// Add a product key
///
/// One more key of a licence, for a site or a group. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/keys",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = KeyNew,
    responses((status = 201, description = "The key, with its secret.", body = KeyIssued)),
)]
pub(crate) async fn add_key(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<KeyNew>,
) -> Result<(StatusCode, Json<KeyIssued>), Refused> {
    let (label, cut_offs) = convert::new(posted.body)?;
    let answer = app.service.add_key(&posted.admin, posted.asked, id.into(), &label, cut_offs).await?;
    let product_key = done::secret(&answer)?;
    let issued = issued(&app, &posted.admin, id.into(), done::key(answer)?, product_key).await?;
    Ok((StatusCode::CREATED, Json(issued)))
}

/// Show a product key
///
/// Its label and its cut-offs; without its secret.
#[utoipa::path(
    get,
    path = "/v1/licenses/{id}/keys/{key_id}",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence."), ("key_id" = Uuid, Path, description = "The key.")),
    responses((status = 200, description = "The key.", body = Key)),
)]
pub(crate) async fn show_key(
    State(app): State<App>,
    Admin(admin): Admin,
    Path((id, key_id)): Path<(Uuid, Uuid)>,
) -> Result<Tagged<Key>, Refused> {
    one(&app, &admin, id.into(), key_id.into()).await
}

/// Change a product key
///
/// Its label and its cut-offs. What is absent stays as it is. `If-Match` takes the `ETag` that was read. Takes the
/// role `support`, `sales` or `admin`.
#[utoipa::path(
    patch,
    path = "/v1/licenses/{id}/keys/{key_id}",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence."), ("key_id" = Uuid, Path, description = "The key.")),
    request_body = KeyPatch,
    responses((status = 200, description = "The key as it now is.", body = Key)),
)]
pub(crate) async fn change_key(
    State(app): State<App>,
    Admin(admin): Admin,
    Path((id, key_id)): Path<(Uuid, Uuid)>,
    IfMatch(if_match): IfMatch,
    Body(patch): Body<KeyPatch>,
) -> Result<Tagged<Key>, Refused> {
    let update = convert::changed(id.into(), key_id.into(), patch, if_match)?;
    let key_id = done::key(app.service.office(&admin, None, update).await?)?;
    one(&app, &admin, id.into(), key_id).await
}

/// Show a product key again
///
/// That it was shown is an event, and by whom. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    get,
    path = "/v1/licenses/{id}/keys/{key_id}/secret",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence."), ("key_id" = Uuid, Path, description = "The key.")),
    responses((status = 200, description = "The key's secret.", body = KeySecret)),
)]
pub(crate) async fn key_secret(
    State(app): State<App>,
    Admin(admin): Admin,
    Path((id, key_id)): Path<(Uuid, Uuid)>,
) -> Result<Json<KeySecret>, Refused> {
    let product_key = Secret::new(app.service.key_secret(&admin, id.into(), key_id.into()).await?);
    let serial_number = app.service.license(&admin, id.into()).await?.license.serial_number;
    Ok(Json(KeySecret { key_id, serial_number, product_key }))
}

/// Reissue a product key
///
/// A new key in place of one, after it leaked or got lost. After the overlap the old one activates nothing and opens
/// nothing; what is open goes on, unless `end_open_at` says until when. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/reissue",
    tag = "keys",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = Reissue,
    responses((status = 201, description = "The new key, with its secret.", body = KeyIssued)),
)]
pub(crate) async fn reissue_key(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<Reissue>,
) -> Result<(StatusCode, Json<KeyIssued>), Refused> {
    let wanted = convert::reissue(posted.body)?;
    let made = app.service.reissue(&posted.admin, posted.asked, id.into(), wanted).await?;
    let issued = issued(&app, &posted.admin, made.license_id, made.key_id, Secret::new(made.product_key)).await?;
    Ok((StatusCode::CREATED, Json(issued)))
}

async fn issued(
    app: &App,
    admin: &Administrator,
    license: LicenseId,
    key: KeyId,
    product_key: Secret,
) -> Result<KeyIssued, Refused> {
    let serial_number = app.service.license(admin, license).await?.license.serial_number;
    Ok(KeyIssued { key: one(app, admin, license, key).await?.thing, serial_number, product_key })
}

async fn one(app: &App, admin: &Administrator, license: LicenseId, key: KeyId) -> Result<Tagged<Key>, Refused> {
    let keys = app.service.keys(admin, license).await?;
    let key = keys.into_iter().find(|row| row.key.id == key).ok_or(Failure::from(Refusal::NotFound { what: "key" }))?;
    Ok(Tagged { revision: key.key.revision, thing: convert::key(key) })
}
