//! What waits for the vendor's answer: customers who want more seats, visitors who ask for education licences.

use seatkeeper_service::read::{LicenseFilter, Page};

use crate::labels::Labels;
use crate::pages::asks::waiting;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;
use crate::words::{When, many};

/// Requests of a kind that are shown.
const SHOWN: u32 = 5;

/// Somebody who waits.
pub(super) struct Wait {
    /// Who it is.
    pub(super) who: String,
    /// What they asked for.
    pub(super) what: String,
    /// Where it is answered.
    pub(super) at: String,
    pub(super) asked: When,
}

/// Those that are shown; whether there are more.
pub(super) async fn waits(portal: &Portal, visitor: &Visitor) -> Result<(Vec<Wait>, bool), Refused> {
    let filter = LicenseFilter { requested: true, ..LicenseFilter::default() };
    let found = portal.service.licenses(&visitor.admin, filter, Page { after: None, limit: SHOWN }).await?;
    let labels = Labels::of(portal, visitor, found.items.iter().map(|row| row.license.id)).await?;
    let wait = |row: &seatkeeper_service::read::LicenseRow| {
        let request = row.license.request.as_ref()?;
        let label = labels.one(row.license.id);
        Some(Wait {
            who: label.customer,
            what: format!("{} for {} {}", many(request.seats.into(), "more seat"), label.product, label.serial_number),
            at: format!("/requests/{}", row.license.id),
            asked: visitor.face.ago(request.asked_at),
        })
    };
    let mut waits: Vec<Wait> = found.items.iter().filter_map(wait).collect();
    let education = waiting(portal, visitor).await?;
    let more = found.next.is_some() || education.len() > SHOWN as usize;
    waits.extend(education.into_iter().take(SHOWN as usize).map(|ask| Wait {
        who: if ask.company.is_empty() { ask.name } else { format!("{}, {}", ask.name, ask.company) },
        what: format!("an education licence for {}", ask.product),
        at: format!("/asks/{}", ask.id),
        asked: ask.asked,
    }));
    Ok((waits, more))
}
