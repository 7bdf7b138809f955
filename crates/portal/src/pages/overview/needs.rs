//! What needs somebody at a customer's: licences that end, maintenance that lapses, licences that are paused.

use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::license::Status;
use seatkeeper_domain::term::Term;
use seatkeeper_service::read::LicenseRow;
use uuid::Uuid;

use crate::words::Face;

/// How long before the end it is said.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);

/// One thing to do.
pub(super) struct Need {
    pub(super) what: String,
    pub(super) license: Uuid,
}

pub(super) fn needs(licenses: &[LicenseRow], face: &Face) -> Vec<Need> {
    let need = |row: &LicenseRow| {
        let name = format!("{} {}", row.product.name, row.license.serial_number);
        let what = match (row.license.status, &row.license.term) {
            (Status::Suspended, _) => {
                let reason = row.license.status_reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
                format!("{name} is suspended{reason}. Nobody can start; who is at work keeps the seat.")
            }
            (Status::Revoked, _) => return None,
            (Status::Active, term) => ending(&name, term, row.license.ends_at(), face)?,
        };
        Some(Need { what, license: row.license.id.0 })
    };
    licenses.iter().filter_map(need).collect()
}

fn ending(name: &str, term: &Term, ends_at: Option<Timestamp>, face: &Face) -> Option<String> {
    let soon = |at: &Timestamp| *at > face.now && *at < face.now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    match (term, ends_at) {
        (Term::Perpetual { maintenance_until: Some(until) }, _) if soon(until) => Some(format!(
            "Maintenance of {name} ends on {}. Releases dated later will not run on it; earlier ones go on working.",
            face.day(*until).said()
        )),
        (_, Some(at)) if soon(&at) => Some(format!("{name} ends on {}. Renew it to go on.", face.day(at).said())),
        (_, Some(at)) if at <= face.now => Some(format!("{name} ended on {}.", face.day(at).said())),
        _ => None,
    }
}
