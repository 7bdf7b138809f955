//! Customers and licences of the system that this one replaces, whole or not at all.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::{LicenseTerms, PutCustomer};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_protocol::admin::{Import, Imported, ImportedLicense};
use seatkeeper_protocol::normalize_serial_number;
use seatkeeper_service::read::Page;
use seatkeeper_service::{Admin, Permission};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::{Checked, customer, license};
use crate::done;
use crate::extract::{Posted, Query};
use crate::problem::Refused;

/// The longest body of an import, in bytes: some twenty thousand licences.
const MOST: usize = 8 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import))
}

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Only says what is wrong; changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Import
///
/// Customers and licences of another system, with their serial numbers and terms. If one row is wrong nothing is
/// imported and the mistakes are told by row. The body may have 8 MiB. Takes the role `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/imports",
    tag = "licences",
    params(How),
    request_body = Import,
    responses(
        (status = 201, description = "Imported.", body = Imported),
        (status = 200, description = "A dry run that found nothing wrong.", body = Imported),
    ),
)]
pub(crate) async fn import(
    State(app): State<App>,
    Query(How { dry_run }): Query<How>,
    posted: Posted<Import, MOST>,
) -> Result<(StatusCode, Json<Imported>), Refused> {
    // Before thousands of rows are looked up for somebody who may not.
    posted.admin.may(Permission::Sell)?;
    let serials = posted.body.licenses.iter().map(|license| normalize_serial_number(&license.serial_number));
    let serials: Vec<String> = serials.collect();
    let (customers, licenses) = read(&app, &posted.admin, posted.body).await?;
    let answer = app.service.import(&posted.admin, posted.asked, customers, licenses, dry_run).await?;
    let (customers, ids) = done::imported(answer)?;
    if dry_run {
        return Ok((StatusCode::OK, Json(Imported { dry_run, customers: 0, licenses: Vec::new() })));
    }
    let licenses = ids.into_iter().zip(serials).map(|(id, serial_number)| ImportedLicense { id: id.0, serial_number });
    Ok((StatusCode::CREATED, Json(Imported { dry_run, customers, licenses: licenses.collect() })))
}

/// The rows as commands, each licence with its customer found.
async fn read(app: &App, admin: &Admin, import: Import) -> Result<(Vec<PutCustomer>, Vec<LicenseTerms>), Refused> {
    let mut checked = Checked::default();
    let mut known: HashMap<String, CustomerId> = HashMap::new();
    let mut customers = Vec::new();
    for (i, row) in import.customers.into_iter().enumerate() {
        checked.within(format!("customers[{i}]."));
        let id = app.service.draw();
        if let Some(external_id) = &row.external_id
            && known.insert(external_id.clone(), id).is_some()
        {
            checked.note("external_id", "is there twice in this import");
        }
        customers.push(PutCustomer { id, new: true, patch: customer::new(&mut checked, row), if_match: None });
    }
    let mut licenses = Vec::new();
    for (i, row) in import.licenses.into_iter().enumerate() {
        checked.within(format!("licenses[{i}]."));
        let Some(owner) = owner(app, admin, &mut known, &row.customer).await? else {
            checked.note("customer", "is no customer's external_id or id");
            continue;
        };
        licenses.push(license::imported(&mut checked, row, owner));
    }
    checked.done()?;
    Ok((customers, licenses))
}

/// The customer that a row names, looked up once.
async fn owner(
    app: &App,
    admin: &Admin,
    known: &mut HashMap<String, CustomerId>,
    named: &str,
) -> Result<Option<CustomerId>, Refused> {
    if let Some(id) = known.get(named) {
        return Ok(Some(*id));
    }
    let page = Page { after: None, limit: 1 };
    let found = app.service.customers(admin, Some(named.to_owned()), page).await?.items.pop().map(|found| found.id);
    let id = found.or_else(|| named.parse::<Uuid>().ok().map(CustomerId));
    if let Some(id) = id {
        known.insert(named.to_owned(), id);
    }
    Ok(id)
}
