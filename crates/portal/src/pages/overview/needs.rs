//! What needs somebody at a customer's: licences that end, maintenance that lapses, licences that are paused.

use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::license::Status;
use seatkeeper_domain::term::Term;
use seatkeeper_service::read::LicenseRow;

use crate::pages::licenses::keys::{COUNTED, Move, moves};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;
use crate::words::Face;

/// How long before the end it is said.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);

/// One thing to do.
pub(super) struct Need {
    pub(super) what: String,
    /// Where it is seen to.
    pub(super) at: String,
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
        Some(Need { what, at: format!("/licenses/{}", row.license.id) })
    };
    licenses.iter().filter_map(need).collect()
}

/// Keys of a licence that are on their way out, while devices still use them.
pub(super) async fn replaced(portal: &Portal, visitor: &Visitor, row: &LicenseRow) -> Result<Vec<Need>, Refused> {
    let id = row.license.id;
    let keys = portal.service.keys_counted(&visitor.admin, id, COUNTED).await?;
    let need = |change: Move| {
        let stops = if change.stopped { "stopped" } else { "stops" };
        let name = format!("{} {}", row.product.name, row.license.serial_number);
        Need {
            what: format!(
                "{} of {} devices of {name} have the new key. The old one {stops} {}.",
                change.moved,
                change.all,
                change.stops.said()
            ),
            at: format!("/licenses/{id}/keys"),
        }
    };
    Ok(moves(&keys, &visitor.face).into_iter().map(need).collect())
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
