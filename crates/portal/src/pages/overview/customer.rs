//! What a customer owns and uses: pools with their seats, single-user licences, what needs somebody.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::license::Model;
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page as Part};
use uuid::Uuid;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, many};

#[derive(Template)]
#[template(path = "overview/customer.html")]
struct Page {
    shell: Shell,
    headline: String,
    pools: Vec<Pool>,
    singles: Vec<Single>,
}

struct Pool {
    id: Uuid,
    product: String,
    serial: String,
    tags: Vec<String>,
    in_use: u32,
    seats: u32,
}

struct Single {
    id: Uuid,
    serial: String,
    product: String,
    tags: Vec<String>,
}

/// What is owned, and what of it is in use.
pub(crate) async fn overview(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    let part = Part { after: None, limit: 200 };
    let licenses = portal.service.licenses(&visitor.admin, LicenseFilter::default(), part).await?.items;
    let face = &visitor.face;
    let (pools, singles): (Vec<_>, Vec<_>) =
        licenses.iter().partition(|row| row.license.model == Model::Concurrent);
    let pools: Vec<Pool> = pools.into_iter().map(|row| Pool::of(row, face)).collect();
    let free: u32 = pools.iter().map(|pool| pool.seats.saturating_sub(pool.in_use)).sum();
    let is = if free == 1 { "is" } else { "are" };
    shown(&Page {
        headline: format!("{}. {} {is} free.", face.greeting(), many(free.into(), "seat")),
        pools,
        singles: singles.into_iter().map(|row| Single::of(row, face)).collect(),
        shell: Shell::live(&mut visitor, "/overview", "Overview"),
    })
}

impl Pool {
    fn of(row: &LicenseRow, face: &Face) -> Self {
        Self {
            id: row.license.id.0,
            product: row.product.name.clone(),
            serial: row.license.serial_number.clone(),
            tags: tags(row, face),
            in_use: row.counters.in_use,
            seats: row.license.seats(face.now),
        }
    }
}

impl Single {
    fn of(row: &LicenseRow, face: &Face) -> Self {
        Self {
            id: row.license.id.0,
            serial: row.license.serial_number.clone(),
            product: row.product.name.clone(),
            tags: tags(row, face),
        }
    }
}

/// What a licence switches on.
fn tags(row: &LicenseRow, face: &Face) -> Vec<String> {
    let name = |code: &str| row.product.features.iter().find(|f| f.code == code).map_or(code.to_owned(), |f| f.name.clone());
    row.license.features_at(face.now).map(|feature| name(&feature.code)).collect()
}
