//! Customers: companies that bought licences.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::PutCustomer;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_protocol::admin::{Customer, CustomerNew, CustomerPatch, EraseNames, List, NamesErased};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::text::{NAME, one as checked};
use crate::convert::{Checked, customer as convert};
use crate::done;
use crate::extract::{Admin, Body, IfMatch, Path, Posted, Query, Tagged, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_customers, add_customer))
        .routes(routes!(customer, change_customer))
        .routes(routes!(erase_names))
}

/// Add a customer
///
/// Takes the role `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/customers",
    tag = "customers",
    request_body = CustomerNew,
    responses((status = 201, description = "Added.", body = Customer)),
)]
pub(crate) async fn add_customer(
    State(app): State<App>,
    posted: Posted<CustomerNew>,
) -> Result<(StatusCode, Tagged<Customer>), Refused> {
    let mut checked = Checked::default();
    let patch = convert::new(&mut checked, posted.body);
    checked.done()?;
    let put = PutCustomer { id: app.service.draw(), new: true, patch, if_match: None };
    let id = done::customer(app.service.office(&posted.admin, posted.asked, put).await?)?;
    Ok((StatusCode::CREATED, one(&app, &posted.admin, id).await?))
}

/// Which customers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Customers {
    /// The one with this id in the vendor's CRM.
    external_id: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List customers
#[utoipa::path(
    get,
    path = "/v1/customers",
    tag = "customers",
    params(Customers),
    responses((status = 200, description = "In the order in which they were added.", body = List<Customer>)),
)]
pub(crate) async fn list_customers(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Customers>,
) -> Result<Json<List<Customer>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    Ok(listed(app.service.customers(&admin, query.external_id, page).await?, convert::customer))
}

/// Read a customer
#[utoipa::path(
    get,
    path = "/v1/customers/{id}",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer.")),
    responses((status = 200, description = "The customer, with its revision as `ETag`.", body = Customer)),
)]
pub(crate) async fn customer(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<Tagged<Customer>, Refused> {
    one(&app, &admin, id.into()).await
}

/// Change a customer
///
/// What is absent stays as it is. `If-Match` takes the `ETag` that was read. Takes the role `sales` or `admin`.
#[utoipa::path(
    patch,
    path = "/v1/customers/{id}",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer.")),
    request_body = CustomerPatch,
    responses((status = 200, description = "The customer as it now is.", body = Customer)),
)]
pub(crate) async fn change_customer(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
    IfMatch(if_match): IfMatch,
    Body(patch): Body<CustomerPatch>,
) -> Result<Tagged<Customer>, Refused> {
    let put = PutCustomer { id: id.into(), new: false, patch: convert::changed(patch)?, if_match };
    let id = done::customer(app.service.office(&admin, None, put).await?)?;
    one(&app, &admin, id).await
}

/// Erase a user's names
///
/// Forgets a user's name, devices' names and addresses in all of this customer's sessions that are over and in its
/// refusals. The audit trail stays whole: it holds no names. Takes the role `admin`. Safe to repeat.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/erase-names",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer.")),
    request_body = EraseNames,
    responses((status = 200, description = "Erased.", body = NamesErased)),
)]
pub(crate) async fn erase_names(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<EraseNames>,
) -> Result<Json<NamesErased>, Refused> {
    let user = checked("user", posted.body.user, NAME)?;
    let rows = app.service.erase_names(&posted.admin, posted.asked, id.into(), &user).await?;
    Ok(Json(NamesErased { rows }))
}

async fn one(app: &App, admin: &seatkeeper_service::Admin, id: CustomerId) -> Result<Tagged<Customer>, Refused> {
    let customer = app.service.customer(admin, id).await?;
    Ok(Tagged { revision: customer.revision, thing: convert::customer(customer) })
}
