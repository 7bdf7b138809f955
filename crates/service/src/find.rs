//! One box for whatever somebody has in hand: a serial number, a name, an id, the end of a product key. Knows no page.

use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_domain::denial::{Denial, RequestId};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_store::read::licenses::{FoundLicense, LicenseSearch};
use seatkeeper_store::read::refusals::{EpisodeFilter, Label};
use seatkeeper_store::read::seats::{SeatFilter, SeatOrder, SeatPage};
use seatkeeper_store::read::timeline::UserFound;
use seatkeeper_store::read::{DenialFilter, Page, SessionRow};
use seatkeeper_store::{Reader, StoreError};
use uuid::Uuid;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// Of each kind at most.
const EACH: u32 = 5;

/// What was found, of each kind a few.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// By name, the vendor's id for them, or id.
    pub customers: Vec<Customer>,
    /// By serial number, the vendor's id for them, their customer's name or id.
    pub licenses: Vec<FoundLicense>,
    /// Those with a product key that ends so.
    pub keys: Vec<Label>,
    /// Seats by their user or device, and sessions by id.
    pub sessions: Vec<SessionRow>,
    /// People at work by their whole name, who had a seat once or were refused one.
    pub users: Vec<UserFound>,
    /// Devices by id.
    pub devices: Vec<Activation>,
    /// Refusals by user or device, id or request id, newest first.
    pub denials: Vec<Denial>,
    /// What the licences are called that all these belong to.
    pub labels: Vec<Label>,
    /// Whether the text looks like a request id: what else a request was answered than a refusal is in the log alone.
    pub request: bool,
}

impl Service {
    /// What there is, within what exists for the administrator, that a text may mean.
    pub async fn search(&self, admin: &Admin, text: &str) -> Result<Found, Failure> {
        let text = text.trim().to_owned();
        if text.is_empty() {
            return Ok(Found::default());
        }
        let mut found = match text.parse::<Uuid>() {
            Ok(id) => self.by_id(admin, id).await?,
            Err(_) => match request_id(&text) {
                Some(request) => self.by_request(admin, request).await?,
                None => self.by_text(admin, text).await?,
            },
        };
        let of_sessions = found.sessions.iter().map(|row| row.session.license_id);
        let of_denials = found.denials.iter().map(|denial| denial.license_id);
        let of_devices = found.devices.iter().map(|device| device.license_id);
        let mut licenses: Vec<LicenseId> = of_sessions.chain(of_denials).chain(of_devices).collect();
        licenses.sort_unstable();
        licenses.dedup();
        found.labels = self.labels(admin, licenses).await?;
        Ok(found)
    }

    async fn by_id(&self, admin: &Admin, id: Uuid) -> Result<Found, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |reader| {
            let license = reader.license(scope, id.into())?;
            let named = |row: seatkeeper_store::read::LicenseRow| -> Result<Option<FoundLicense>, StoreError> {
                let search =
                    LicenseSearch { text: Some(row.license.serial_number.clone()), ..LicenseSearch::default() };
                let listed = reader.find_licenses(scope, &search, now, Page { after: None, limit: EACH })?;
                Ok(listed.items.into_iter().find(|found| found.row.license.id == row.license.id))
            };
            Ok(Found {
                customers: reader.customer(scope, id.into())?.into_iter().collect(),
                licenses: license.map(named).transpose()?.flatten().into_iter().collect(),
                sessions: reader.session(scope, id.into())?.into_iter().collect(),
                devices: reader.activation(scope, id.into())?.into_iter().collect(),
                denials: reader.denial(scope, id.into())?.into_iter().collect(),
                ..Found::default()
            })
        })
        .await
    }

    async fn by_request(&self, admin: &Admin, request: RequestId) -> Result<Found, Failure> {
        let filter = DenialFilter { request: Some(request), ..DenialFilter::default() };
        let found = self.denials(admin, filter, Page { after: None, limit: EACH }).await?;
        Ok(Found { denials: found.items, request: true, ..Found::default() })
    }

    async fn by_text(&self, admin: &Admin, text: String) -> Result<Found, Failure> {
        let page = Page { after: None, limit: EACH };
        let customers = self.find_customers(admin, &text, page).await?.items;
        let (scope, now) = (admin.scope(), self.now());
        let found = self.read(move |reader| {
            let search = LicenseSearch { text: Some(text.clone()), ..LicenseSearch::default() };
            let seats = SeatFilter { text: Some(text.clone()), ..SeatFilter::default() };
            let user = fold(&text);
            let refused = EpisodeFilter { text: Some(text.clone()), ..EpisodeFilter::default() };
            Ok(Found {
                licenses: reader.find_licenses(scope, &search, now, page)?.items,
                keys: hinted(reader, scope, &text)?,
                sessions: reader.seats(scope, &seats, &newest(), now)?.rows,
                denials: reader.episodes(scope, &refused, now, None, EACH)?.items,
                users: reader.users_called(scope, &user, EACH)?,
                ..Found::default()
            })
        });
        Ok(Found { customers, ..found.await? })
    }
}

/// A text as the request id that it looks like: eight digits that the server drew at its start, and a number.
fn request_id(text: &str) -> Option<RequestId> {
    let text = text.to_lowercase();
    let (server, number) = text.split_once('-')?;
    let hex = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_hexdigit());
    (server.len() == 8 && number.len() <= 16 && hex(server) && hex(number)).then_some(RequestId(text))
}

/// The seats that were taken last.
fn newest() -> SeatPage {
    SeatPage { order: SeatOrder::Started, descending: true, from: None, back: false, limit: EACH, few: 0 }
}

/// Licences with a product key that ends so: five letters and digits, as they are typed.
fn hinted(reader: &dyn Reader, scope: seatkeeper_store::read::Scope, text: &str) -> Result<Vec<Label>, StoreError> {
    let group = text.trim_start_matches('…').to_uppercase();
    if group.len() != 5 || !group.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        return Ok(Vec::new());
    }
    reader.labels(scope, &reader.hinted(scope, &group, EACH)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_known_by_its_looks() {
        assert_eq!(request_id("1A2b3c4D-f"), Some(RequestId("1a2b3c4d-f".to_owned())));
        for other in ["SN-7F3K-22QM-81", "1a2b3c4d", "1a2b3c4d-", "1a2b3c4-f", "deadbeef-street", "1a2b3c4d-f-1"] {
            assert_eq!(request_id(other), None, "{other}");
        }
    }
}
