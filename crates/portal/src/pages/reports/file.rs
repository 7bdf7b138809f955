//! The report as a file: a sheet for each part of the page.

use axum::extract::{Path, State};
use axum_extra::extract::Query;
use seatkeeper_service::read::usage::Share;

use super::asked::Asked;
use super::heat::said;
use super::report::{One, Report};
use crate::export::{self, Cell, Kind, Sheet};
use crate::portal::Portal;
use crate::shown::Answer;
use crate::visitor::Visitor;

/// The same report as the page's.
pub(crate) async fn export(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
    Query(asked): Query<Asked>,
) -> Answer {
    let report = Report::read(&portal, &visitor, &asked).await?;
    let mut sheets: Vec<Sheet> = report.one.iter().flat_map(of_one).collect();
    sheets.push(of_each(&report));
    export::file(kind, "report", &sheets, &visitor.face.zone)
}

fn of_each(report: &Report) -> Sheet {
    let row = |(label, usage): &(_, _)| -> Vec<Cell> {
        let label: &seatkeeper_service::read::refusals::Label = label;
        let usage: &seatkeeper_service::read::usage::Usage = usage;
        vec![
            label.customer.clone().into(),
            label.product.clone().into(),
            label.serial_number.clone().into(),
            usage.seats.into(),
            usage.peak.into(),
            hours(usage.seat_seconds),
            hours(usage.full_seconds),
            usage.people.into(),
            usage.tries.into(),
        ]
    };
    let headings = [
        "Customer",
        "Product",
        "Serial number",
        "Seats",
        "Peak",
        "Seat-hours",
        "Hours at the limit",
        "Refused",
        "Tries",
    ];
    Sheet::new("Licences", headings, report.each.iter().map(row))
}

fn of_one(one: &One) -> Vec<Sheet> {
    let step = |step: &super::chart::Step| -> Vec<Cell> {
        vec![
            step.from.into(),
            step.peak.into(),
            rounded(step.mean),
            step.seats.into(),
            step.full_minutes.into(),
            step.people.into(),
        ]
    };
    let shares = |name, heading, shares: &[Share]| {
        let row = |share: &Share| vec![share.name.clone().into(), hours(share.seat_seconds), share.sessions.into()];
        Sheet::new(name, [heading, "Seat-hours", "Sessions"], shares.iter().map(row))
    };
    let refused = one.heat.hours().filter(|(_, _, people)| *people > 0);
    let sized = one.sized.with.iter().map(|(seats, with)| -> Vec<Cell> {
        vec![(*seats).into(), with.refusals.into(), with.people.into(), with.minutes_waited.into(), with.peak.into()]
    });
    vec![
        Sheet::new(
            "Use",
            ["From", "Peak", "Mean", "Seats", "Minutes at the limit", "Refused"],
            one.chart.steps.iter().map(step),
        ),
        Sheet::new(
            "Refusals by hour",
            ["Hour of the week", "Refused"],
            refused.map(|(day, hour, people)| vec![said(day, hour).into(), people.into()]),
        ),
        Sheet::new("Right-sizing", ["Seats", "Refusals", "People affected", "Minutes waited", "Peak"], sized),
        shares("People", "Person", &one.people),
        shares("Devices", "Device", &one.devices),
    ]
}

fn hours(seconds: u64) -> Cell {
    rounded(seconds as f64 / 3_600.0)
}

/// To a hundredth: more figures than were measured are only in the way.
fn rounded(number: f64) -> Cell {
    Cell::Number((number * 100.0).round() / 100.0)
}
