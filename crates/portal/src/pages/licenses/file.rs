//! What was sold, as a file.

use axum::extract::{Path, State};
use axum_extra::extract::Query;
use seatkeeper_service::read::Page as Part;
use seatkeeper_service::read::licenses::FoundLicense;

use super::frame::model;
use super::list::Asked;
use crate::export::{self, Cell, Kind, Sheet};
use crate::portal::Portal;
use crate::shown::Answer;
use crate::visitor::Visitor;
use crate::words::{Face, TermSaid, Usable};

const HEADINGS: [&str; 13] = [
    "Serial number",
    "Product",
    "Customer",
    "Model",
    "Seats",
    "In use",
    "Devices",
    "Features",
    "Term",
    "Ends",
    "Status",
    "Your own id",
    "Issued",
];

/// All that the list has, as many as a file takes.
pub(crate) async fn export(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
    Query(asked): Query<Asked>,
) -> Answer {
    let page = async |after| {
        let part = Part { after, limit: 200 };
        let found = portal.service.find_licenses(&visitor.admin, asked.search(), part).await?;
        Ok((found.items, found.next))
    };
    let taken = export::take(page).await?;
    let sheet = Sheet::taken("Licences", HEADINGS, taken, |found| cells(found, &visitor.face));
    export::file(kind, "licences", &[sheet], &visitor.face.zone)
}

fn cells(found: FoundLicense, face: &Face) -> Vec<Cell> {
    let FoundLicense { row, customer } = found;
    let license = row.license;
    let features: Vec<&str> = license.features_at(face.now).map(|feature| feature.code.as_str()).collect();
    vec![
        license.serial_number.clone().into(),
        row.product.name.into(),
        customer.into(),
        model(license.model).into(),
        license.seats(face.now).into(),
        row.counters.in_use.into(),
        row.counters.devices.into(),
        features.join(", ").into(),
        TermSaid::of(&license, face).text().into(),
        license.ends_at().into(),
        Usable::of(&license, face).word().into(),
        license.external_id.clone().into(),
        license.created_at.into(),
    ]
}
