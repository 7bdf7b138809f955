//! Everything that a report says, read once for the page and for the file.

use jiff::Timestamp;
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_domain::license::Model;
use seatkeeper_service::RightSized;
use seatkeeper_service::read::refusals::Label;
use seatkeeper_service::read::usage::{By, Share, Usage, hour_of};
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page};

use super::asked::{Asked, since};
use super::chart::Chart;
use super::heat::Heat;
use crate::labels::Labels;
use crate::parts::user_page;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;

/// Licences in the list, those in most use.
const LICENSES: u32 = 50;
/// People and devices in the lists.
const SHARES: u32 = 10;

/// A report.
pub(super) struct Report {
    pub(super) since: Timestamp,
    /// What each licence was used in all.
    pub(super) each: Vec<(Label, Usage)>,
    /// The one that is looked at closely.
    pub(super) one: Option<One>,
}

/// A licence, looked at closely.
pub(super) struct One {
    pub(super) label: Label,
    pub(super) license: LicenseRow,
    pub(super) chart: Chart,
    pub(super) heat: Heat,
    pub(super) people: Vec<Share>,
    pub(super) devices: Vec<Share>,
    pub(super) sized: RightSized,
}

/// What somebody, or a device, used.
pub(super) struct Used<'a> {
    pub(super) share: &'a Share,
    /// Where what happened with them stands.
    pub(super) href: Option<String>,
}

impl Report {
    pub(super) async fn read(portal: &Portal, visitor: &Visitor, asked: &Asked) -> Result<Self, Refused> {
        let since = since(&asked.range.steps(&visitor.face));
        // A licence's own company is what the list is about.
        let row = match asked.license {
            Some(id) => Some(portal.service.license(&visitor.admin, id.into()).await?),
            None => None,
        };
        let own = row.as_ref().map(|row| row.license.customer_id);
        let customer = own.or(asked.customer.map(CustomerId));
        // Of all customers together it would be as much as there is: the vendor's people ask of one.
        let each = match visitor.vendor() && customer.is_none() {
            true => Vec::new(),
            false => portal.service.usage_of_each(&visitor.admin, customer, hour_of(since), LICENSES).await?,
        };
        let row = match (row, each.first()) {
            (Some(row), _) => Some(row),
            (None, Some(usage)) => Some(portal.service.license(&visitor.admin, usage.license_id).await?),
            // Before an hour is over there is the running one to look at.
            (None, None) if customer.is_some() || !visitor.vendor() => first_pool(portal, visitor, customer).await?,
            (None, None) => None,
        };
        let labels = each.iter().map(|usage| usage.license_id).chain(row.iter().map(|row| row.license.id));
        let labels = Labels::of(portal, visitor, labels).await?;
        let one = match row {
            Some(row) => {
                let label = labels.one(row.license.id);
                Some(One::read(portal, visitor, asked, since, row, label).await?)
            }
            None => None,
        };
        let each = each.into_iter().map(|usage| (labels.one(usage.license_id), usage)).collect();
        Ok(Self { since, each, one })
    }
}

async fn first_pool(
    portal: &Portal,
    visitor: &Visitor,
    customer_id: Option<CustomerId>,
) -> Result<Option<LicenseRow>, Refused> {
    let filter = LicenseFilter { customer_id, model: Some(Model::Concurrent), ..LicenseFilter::default() };
    let first = Page { after: None, limit: 1 };
    Ok(portal.service.licenses(&visitor.admin, filter, first).await?.items.pop())
}

impl One {
    /// Who used most, and on what; people with the way to what happened with them.
    pub(super) fn shares(&self) -> [(&'static str, Vec<Used<'_>>); 2] {
        let people =
            self.people.iter().map(|share| Used { share, href: Some(user_page(self.label.customer_id, &share.name)) });
        let devices = self.devices.iter().map(|share| Used { share, href: None });
        [("Who used most", people.collect()), ("Which devices", devices.collect())]
    }

    async fn read(
        portal: &Portal,
        visitor: &Visitor,
        asked: &Asked,
        since: Timestamp,
        license: LicenseRow,
        label: Label,
    ) -> Result<Self, Refused> {
        let (service, admin, face) = (&portal.service, &visitor.admin, &visitor.face);
        let id: LicenseId = license.license.id;
        let usage = service.usage(admin, id, hour_of(since)).await?;
        Ok(Self {
            label,
            chart: Chart::of(&usage, asked.range, license.license.limit(face.now), face),
            heat: Heat::of(&usage, face),
            people: service.shares(admin, id, By::User, since, SHARES).await?,
            devices: service.shares(admin, id, By::Device, since, SHARES).await?,
            sized: service.right_size(admin, id, since, asked.tried()).await?,
            license,
        })
    }
}
