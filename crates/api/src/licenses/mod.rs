//! Licences: issued, read, changed. Their status, keys and blocks stand beside.

mod blocks;
mod keys;
mod status;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::UpdateLicense;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_protocol::admin::{License, LicenseIssued, LicenseNew, LicensePatch, List};
use seatkeeper_protocol::{Model, Secret, normalize_serial_number};
use seatkeeper_service::read::LicenseFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::license as convert;
use crate::done;
use crate::extract::{Admin, Body, IfMatch, Path, Posted, Query, Tagged, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_licenses, issue_license))
        .routes(routes!(license, change_license))
        .merge(status::routes())
        .merge(keys::routes())
        .merge(blocks::routes())
}

/// Issue a licence
///
/// The answer holds its serial number and its first product key. Takes the role `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/licenses",
    tag = "licences",
    request_body = LicenseNew,
    responses((status = 201, description = "Issued.", body = LicenseIssued)),
)]
pub(crate) async fn issue_license(
    State(app): State<App>,
    posted: Posted<LicenseNew>,
) -> Result<(StatusCode, Tagged<LicenseIssued>), Refused> {
    let issued = app.service.issue(&posted.admin, posted.asked, convert::new(posted.body)?).await?;
    let row = app.service.license(&posted.admin, issued.license_id).await?;
    let revision = row.license.revision;
    let license = convert::license(row, app.service.now());
    let thing = LicenseIssued { license, product_key: Secret::new(issued.product_key) };
    Ok((StatusCode::CREATED, Tagged { revision, thing }))
}

/// Which licences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Licenses {
    /// Of this customer.
    customer_id: Option<Uuid>,
    /// Of this product.
    product_id: Option<Uuid>,
    /// With this serial number.
    serial_number: Option<String>,
    /// With this id in the vendor's CRM.
    external_id: Option<String>,
    /// Pools, or single-user licences.
    model: Option<Model>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List licences
#[utoipa::path(
    get,
    path = "/v1/licenses",
    tag = "licences",
    params(Licenses),
    responses((status = 200, description = "In the order in which they were issued.", body = List<License>)),
)]
pub(crate) async fn list_licenses(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Licenses>,
) -> Result<Json<List<License>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    let filter = LicenseFilter {
        customer_id: query.customer_id.map(Into::into),
        product_id: query.product_id.map(Into::into),
        serial_number: query.serial_number.as_deref().map(normalize_serial_number),
        external_id: query.external_id,
        model: query.model.map(convert::model),
        requested: false,
    };
    let now = app.service.now();
    Ok(listed(app.service.licenses(&admin, filter, page).await?, |row| convert::license(row, now)))
}

/// Read a licence
#[utoipa::path(
    get,
    path = "/v1/licenses/{id}",
    tag = "licences",
    params(("id" = Uuid, Path, description = "The licence.")),
    responses((status = 200, description = "The licence, with its revision as `ETag`.", body = License)),
)]
pub(crate) async fn license(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Tagged<License>, Refused> {
    one(&app, &admin, id.into()).await
}

/// Change a licence
///
/// Seats, features, term, policy. What is absent stays as it is. Fewer seats than are held throw nobody out: nobody new
/// gets in until it fits. `If-Match` takes the `ETag` that was read. Takes the role `sales` or `admin`.
#[utoipa::path(
    patch,
    path = "/v1/licenses/{id}",
    tag = "licences",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = LicensePatch,
    responses((status = 200, description = "The licence as it now is.", body = License)),
)]
pub(crate) async fn change_license(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
    IfMatch(if_match): IfMatch,
    Body(patch): Body<LicensePatch>,
) -> Result<Tagged<License>, Refused> {
    let patch = convert::changed(patch, app.service.now())?;
    let update = UpdateLicense { license_id: id.into(), patch, if_match };
    let id = done::license(app.service.office(&admin, None, update).await?)?;
    one(&app, &admin, id).await
}

/// The answer that holds one licence.
async fn one(app: &App, admin: &seatkeeper_service::Admin, id: LicenseId) -> Result<Tagged<License>, Refused> {
    let row = app.service.license(admin, id).await?;
    Ok(Tagged { revision: row.license.revision, thing: convert::license(row, app.service.now()) })
}
