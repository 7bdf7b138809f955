//! The seats of a licence, as they were bought: so many from then until then, under an order.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::LicensePatch;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::{Grant, License, Model};
use serde::Deserialize;

use super::change::change;
use super::frame::Frame;
use crate::form::{Wrong, filled};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{Face, many};

/// An order's number at most, in characters.
const ORDER: usize = 200;

#[derive(Template)]
#[template(path = "licenses/seats.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    in_use: String,
    pool: bool,
    form: Filled,
    wrong: Wrong,
}

/// The form as it was filled in: a row each.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    seats: Vec<String>,
    from: Vec<String>,
    until: Vec<String>,
    order: Vec<String>,
    revision: u64,
}

impl Filled {
    fn of(license: &License, face: &Face) -> Self {
        let each = |text: fn(&Grant, &Face) -> String| license.grants.iter().map(|grant| text(grant, face)).collect();
        Self {
            seats: each(|grant, _| grant.seats.to_string()),
            from: each(|grant, face| face.field(grant.starts_at)),
            until: each(|grant, face| face.field(grant.ends_at)),
            order: each(|grant, _| grant.order_reference.clone().unwrap_or_default()),
            revision: license.revision,
        }
    }

    /// The rows, by their place; an empty one more for what is bought now.
    fn rows(&self, one_more: bool) -> Vec<[&str; 4]> {
        let row = |i| [text(&self.seats, i), text(&self.from, i), text(&self.until, i), text(&self.order, i)];
        let rows = (0..self.seats.len()).map(row).filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        rows.chain(one_more.then_some([""; 4])).collect()
    }

    /// What is asked for, and what cannot be read of it. `before` are the grants that the form was filled with.
    fn grants(&self, before: &[Grant], face: &Face, wrong: &mut Wrong) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (i, [seats, from, until, order]) in self.rows(false).into_iter().enumerate() {
            let was = before.get(i);
            let mut day = |read: Result<_, &str>, what: &str| {
                read.unwrap_or_else(|why| {
                    wrong.note("grants", format!("row {}: {what} {why}", i + 1));
                    None
                })
            };
            let starts_at = day(face.first_of(from, was.and_then(|grant| grant.starts_at)), "from");
            let ends_at = day(face.last_of(until, was.and_then(|grant| grant.ends_at)), "until");
            let Ok(seats) = seats.trim().parse() else {
                wrong.note("grants", format!("row {}: the seats must be a number", i + 1));
                continue;
            };
            if order.chars().count() > ORDER {
                wrong.note("grants", format!("row {}: the order has more than {ORDER} characters", i + 1));
            }
            grants.push(Grant { seats, starts_at, ends_at, order_reference: filled(order) });
        }
        grants
    }
}

fn text(column: &[String], row: usize) -> &str {
    column.get(row).map_or("", String::as_str)
}

/// The form.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let form = Filled::of(&row.license, &visitor.face);
    shown(&page(&mut visitor, frame, &row.license, row.counters.in_use, form, Wrong::default()))
}

/// Changes them.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let mut wrong = Wrong::default();
    let grants = form.grants(&row.license.grants, &visitor.face, &mut wrong);
    let patch = LicensePatch { grants: Some(grants.clone()), ..Default::default() };
    if wrong.is_empty() {
        wrong = change(&portal, &visitor, id, form.revision, patch, &["grants", "seats"]).await?;
    }
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, &row.license, row.counters.in_use, form, wrong));
    }
    let now = visitor.now();
    let after = License { grants, ..row.license };
    let (seats, beyond) = (after.seats(now), row.counters.in_use.saturating_sub(after.limit(now)));
    let mut said = format!("The licence has {} now.", many(seats.into(), "seat"));
    if beyond > 0 {
        said += &format!(
            " {} more are in use: nobody is thrown out, and nobody new gets in until they are back.",
            many(beyond.into(), "seat")
        );
    }
    done(&frame.home(), said)
}

fn page(visitor: &mut Visitor, frame: Frame, license: &License, in_use: u32, form: Filled, wrong: Wrong) -> Page {
    let in_use = match in_use {
        1 => "1 seat is".to_owned(),
        in_use => format!("{} are", many(in_use.into(), "seat")),
    };
    let shell = Shell::of(visitor, "/licenses", frame.title("Seats"));
    Page { shell, frame, in_use, pool: license.model == Model::Concurrent, form, wrong }
}
