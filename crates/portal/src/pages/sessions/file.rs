//! Who holds seats, as a file.

use axum::extract::{Path, State};
use axum_extra::extract::Query;
use seatkeeper_service::read::SessionRow;
use seatkeeper_service::read::seats::{FEW, SeatOrder, SeatPage};

use super::list::Asked;
use crate::export::{self, Cell, Kind, Sheet};
use crate::labels::Labels;
use crate::portal::Portal;
use crate::shown::Answer;
use crate::visitor::Visitor;
use crate::words::Standing;

const HEADINGS: [&str; 13] = [
    "Person",
    "Device",
    "Session of the system",
    "Customer",
    "Product",
    "Serial number",
    "Version",
    "Address",
    "Copies",
    "Since",
    "Last heard",
    "State",
    "Back by",
];

/// All that the list has, in the order in which seats were taken, as many as a file takes.
pub(crate) async fn export(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
    Query(asked): Query<Asked>,
) -> Answer {
    let page = async |from| {
        let page = SeatPage { order: SeatOrder::Started, descending: false, from, back: false, limit: 200, few: FEW };
        let found = portal.service.seats(&visitor.admin, asked.filter(), page).await?;
        Ok((found.rows, found.after))
    };
    let taken = export::take(page).await?;
    let labels = Labels::of(&portal, &visitor, taken.rows.iter().map(|row| row.session.license_id)).await?;
    let row = |row: SessionRow| -> Vec<Cell> {
        let label = labels.one(row.session.license_id);
        let state = Standing::of(&row, &visitor.face).word;
        let names = row.session.names;
        vec![
            names.user.into(),
            names.device_name.into(),
            names.os_session.into(),
            label.customer.into(),
            label.product.into(),
            label.serial_number.into(),
            row.session.version.into(),
            row.session.address.into(),
            row.session.checkouts.into(),
            row.session.started_at.into(),
            row.refreshed_at.into(),
            state.into(),
            row.back_by.into(),
        ]
    };
    let sheet = Sheet::taken("Sessions", HEADINGS, taken, row);
    export::file(kind, "sessions", &[sheet], &visitor.face.zone)
}
