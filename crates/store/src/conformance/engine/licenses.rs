//! Licences and devices as they are looked for, beside the model's, page by page.

use seatkeeper_domain::license::Model;

use super::reads::{Asked, Checked, pages, same};
use crate::read::licenses::{DeviceFilter, LicenseOrder, LicenseSearch, Usable};
use crate::read::{Page, Reader, Scope};

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn found(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let any = LicenseSearch::default();
        let text = |text: &str| LicenseSearch { text: Some(text.to_owned()), ..any.clone() };
        let mut searches =
            vec![text("sn-"), text("%"), text("erp-0"), text("CUSTOMER"), text("büro äö"), text("nobody")];
        let usable = [Usable::Active, Usable::Ended, Usable::Suspended, Usable::Revoked];
        searches.extend(usable.map(|usable| LicenseSearch { usable: Some(usable), ..any.clone() }));
        searches.push(LicenseSearch { model: Some(Model::Concurrent), ..any.clone() });
        searches.push(LicenseSearch { order: LicenseOrder::EndsFirst, ..any.clone() });
        searches.extend(books.customers.keys().map(|id| LicenseSearch { customer_id: Some(*id), ..any.clone() }));
        searches.extend(books.products.keys().map(|id| LicenseSearch { product_id: Some(*id), ..any.clone() }));
        searches.push(any);
        for search in &searches {
            same(
                &format!("find_licenses {search:?}"),
                pages(|page| e.find_licenses(scope, search, self.now, page)),
                pages(|page| m.find_licenses(scope, search, self.now, page)),
            )?;
            // What a page follows may not fit any more.
            for after in books.licenses.keys().map(|id| Some(id.0)) {
                let page = Page { after, limit: 1 };
                same(
                    &format!("find_licenses {search:?} {page:?}"),
                    e.find_licenses(scope, search, self.now, page),
                    m.find_licenses(scope, search, self.now, page),
                )?;
            }
        }
        for license in books.licenses.keys().copied() {
            let any = DeviceFilter::default();
            let mut filters = vec![
                any.clone(),
                DeviceFilter { ended: true, ..any.clone() },
                DeviceFilter { text: Some("NOTEBOOK".to_owned()), ..any.clone() },
                DeviceFilter { text: Some("ÂTELET".to_owned()), ..any.clone() },
                DeviceFilter { text: Some("%".to_owned()), ..any.clone() },
            ];
            filters.extend(books.keys.keys().map(|id| DeviceFilter { key_id: Some(*id), ..any.clone() }));
            for filter in &filters {
                let e = pages(|page| e.devices(scope, license, filter, page));
                let m = pages(|page| m.devices(scope, license, filter, page));
                same(&format!("devices {filter:?}"), e, m)?;
            }
            for most in [0, 1, 100] {
                let (e, m) = (e.keys_counted(scope, license, most), m.keys_counted(scope, license, most));
                same("keys_counted", e, m)?;
            }
        }
        Ok(())
    }
}
