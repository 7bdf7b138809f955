//! What a customer owns, in few words: seats in use, single-user licences, and what needs somebody.

use jiff::SignedDuration;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::{Model, Status};
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page};

use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;
use crate::words::{Face, many};

/// Licences that are looked at of one customer.
const MOST: u32 = 200;

/// How long before its end a licence is shown as ending.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a customer owns.
#[derive(Default)]
pub(super) struct Estate {
    in_use: u32,
    seats: u32,
    singles: u64,
    /// What needs somebody, with the class that colours it.
    pub(super) needs: Vec<Need>,
}

/// Something that needs somebody.
pub(super) struct Need {
    pub(super) class: &'static str,
    pub(super) said: String,
}

/// The licences of a customer, the first [`MOST`] of them.
pub(super) async fn licenses(portal: &Portal, visitor: &Visitor, id: CustomerId) -> Result<Vec<LicenseRow>, Refused> {
    let filter = LicenseFilter { customer_id: Some(id), ..Default::default() };
    Ok(portal.service.licenses(&visitor.admin, filter, Page { after: None, limit: MOST }).await?.items)
}

impl Estate {
    pub(super) fn of(rows: &[LicenseRow], face: &Face) -> Self {
        let mut estate = Self::default();
        for row in rows.iter().filter(|row| !row.license.revoked()) {
            match row.license.model {
                Model::Concurrent => {
                    estate.in_use += row.counters.in_use;
                    estate.seats = estate.seats.saturating_add(row.license.seats(face.now));
                }
                Model::SingleUser => estate.singles += 1,
            }
        }
        let needs = [
            ("limit", "Ended", count(rows, |row| row.license.expired(face.now))),
            ("silent", "Suspended", count(rows, |row| row.license.status == Status::Suspended)),
            ("silent", "Ends within 30 days", count(rows, |row| ends_soon(row, face))),
            ("limit", "No seat free", count(rows, |row| full(row, face))),
        ];
        let said = |what: &str, count| if count > 1 { format!("{what}: {count} licences") } else { what.to_owned() };
        let there = needs.into_iter().filter(|(.., count)| *count > 0);
        estate.needs = there.map(|(class, what, count)| Need { class, said: said(what, count) }).collect();
        estate
    }

    /// `31 of 50 seats`, and single-user licences where there are some.
    pub(super) fn said(&self) -> String {
        let seats = (self.seats > 0).then(|| format!("{} of {}", self.in_use, many(self.seats.into(), "seat")));
        let singles = (self.singles > 0).then(|| format!("{} single-user", self.singles));
        let parts: Vec<String> = seats.into_iter().chain(singles).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(" · ") }
    }

    /// Likewise, as the page of one customer begins.
    pub(super) fn headline(&self) -> String {
        match (self.seats, self.singles) {
            (0, 0) => "No seats yet".to_owned(),
            _ => format!("In use: {}", self.said()),
        }
    }
}

fn count(rows: &[LicenseRow], what: impl Fn(&LicenseRow) -> bool) -> usize {
    rows.iter().filter(|row| !row.license.revoked() && what(row)).count()
}

fn ends_soon(row: &LicenseRow, face: &Face) -> bool {
    row.license.ends_at().is_some_and(|end| end > face.now && end.duration_since(face.now) < SOON)
}

fn full(row: &LicenseRow, face: &Face) -> bool {
    let usable = row.license.status == Status::Active && !row.license.expired(face.now);
    usable && row.license.model == Model::Concurrent && row.counters.in_use >= row.license.limit(face.now)
}
