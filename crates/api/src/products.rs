//! The catalogue: what is sold.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::PutProduct;
use seatkeeper_domain::id::ProductId;
use seatkeeper_protocol::admin::{List, Product, ProductNew, ProductPatch};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::catalogue;
use crate::done;
use crate::extract::{Admin, Body, IfMatch, Path, Posted, Query, Tagged, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_products, add_product)).routes(routes!(product, change_product))
}

/// Add a product
///
/// Takes the role `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/products",
    tag = "catalogue",
    request_body = ProductNew,
    responses((status = 201, description = "Added.", body = Product)),
)]
pub(crate) async fn add_product(
    State(app): State<App>,
    posted: Posted<ProductNew>,
) -> Result<(StatusCode, Tagged<Product>), Refused> {
    let put = PutProduct { id: app.service.draw(), new: true, patch: catalogue::new(posted.body)?, if_match: None };
    let id = done::product(app.service.office(&posted.admin, posted.asked, put).await?)?;
    Ok((StatusCode::CREATED, one(&app, &posted.admin, id).await?))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Products {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List products
#[utoipa::path(
    get,
    path = "/v1/products",
    tag = "catalogue",
    params(Products),
    responses((status = 200, description = "In the order in which they were added.", body = List<Product>)),
)]
pub(crate) async fn list_products(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Products>,
) -> Result<Json<List<Product>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    Ok(listed(app.service.products(&admin, page).await?, catalogue::product))
}

/// Read a product
#[utoipa::path(
    get,
    path = "/v1/products/{id}",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The product.")),
    responses((status = 200, description = "The product, with its revision as `ETag`.", body = Product)),
)]
pub(crate) async fn product(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Tagged<Product>, Refused> {
    one(&app, &admin, id.into()).await
}

/// Change a product
///
/// What is absent stays as it is. `If-Match` takes the `ETag` that was read. Takes the role `sales` or `admin`.
#[utoipa::path(
    patch,
    path = "/v1/products/{id}",
    tag = "catalogue",
    params(("id" = Uuid, Path, description = "The product.")),
    request_body = ProductPatch,
    responses((status = 200, description = "The product as it now is.", body = Product)),
)]
pub(crate) async fn change_product(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
    IfMatch(if_match): IfMatch,
    Body(patch): Body<ProductPatch>,
) -> Result<Tagged<Product>, Refused> {
    let put = PutProduct { id: id.into(), new: false, patch: catalogue::changed(patch)?, if_match };
    let id = done::product(app.service.office(&admin, None, put).await?)?;
    one(&app, &admin, id).await
}

async fn one(app: &App, admin: &seatkeeper_service::Admin, id: ProductId) -> Result<Tagged<Product>, Refused> {
    let product = app.service.product(admin, id).await?;
    Ok(Tagged { revision: product.revision, thing: catalogue::product(product) })
}
