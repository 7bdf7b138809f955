//! What the licences of a list's rows are called, read at once.

use std::collections::{BTreeSet, HashMap};

use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_service::read::refusals::Label;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;

/// Labels by licence.
pub(crate) struct Labels(HashMap<LicenseId, Label>);

impl Labels {
    /// Those of these licences.
    pub(crate) async fn of(
        portal: &Portal,
        visitor: &Visitor,
        licenses: impl Iterator<Item = LicenseId>,
    ) -> Result<Self, Refused> {
        let licenses: BTreeSet<LicenseId> = licenses.collect();
        let labels = portal.service.labels(&visitor.admin, licenses.into_iter().collect()).await?;
        Ok(Self(labels.into_iter().map(|label| (label.license_id, label)).collect()))
    }

    /// One; blank for a licence that came while the list was read.
    pub(crate) fn one(&self, id: LicenseId) -> Label {
        let blank = || Label {
            license_id: id,
            serial_number: String::new(),
            product: String::new(),
            customer_id: CustomerId(Uuid::nil()),
            customer: String::new(),
        };
        self.0.get(&id).cloned().unwrap_or_else(blank)
    }
}
