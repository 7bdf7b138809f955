//! Licences and their devices as a person looks for them, said by the model.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seatkeeper_domain::id::{KeyId, LicenseId};
use seatkeeper_domain::license::License;

use super::Memory;
use crate::error::StoreError;
use crate::read::licenses::{
    DeviceFilter, DeviceHead, DeviceRow, FoundLicense, LicenseHead, LicenseReader, LicenseSearch, found_devices,
    found_licenses,
};
use crate::read::{KeyRow, Listed, Page, Reader, Scope};

type Read<T> = Result<T, StoreError>;

impl LicenseReader for Memory {
    fn find_licenses(
        &self,
        scope: Scope,
        search: &LicenseSearch,
        now: Timestamp,
        page: Page,
    ) -> Read<Listed<FoundLicense>> {
        let books = self.books();
        let own = books.licenses.values().filter(|l| {
            books.owns(scope, l.id)
                && search.customer_id.is_none_or(|id| id == l.customer_id)
                && search.product_id.is_none_or(|id| id == l.product_id)
                && search.model.is_none_or(|model| model == l.model)
        });
        let head = |l: &License| LicenseHead {
            id: l.id,
            serial_number: l.serial_number.clone(),
            external_id: l.external_id.clone(),
            customer: books.customers[&l.customer_id].name.clone(),
            status: l.status,
            term: l.term,
            renewal_grace_seconds: l.policy.renewal_grace_seconds,
        };
        let after = page.after.map(LicenseId).filter(|id| books.owns(scope, *id)).map(|id| head(&books.licenses[&id]));
        let found = found_licenses(own.map(head).collect(), after.as_ref(), search, now, page);
        let row = |(id, customer)| books.license_row(id).map(|row| FoundLicense { row, customer });
        Ok(Listed { items: found.items.into_iter().filter_map(row).collect(), next: found.next })
    }

    fn devices(&self, scope: Scope, license: LicenseId, filter: &DeviceFilter, page: Page) -> Read<Listed<DeviceRow>> {
        let books = self.books();
        let keys = |id| -> BTreeSet<KeyId> {
            books.installations.values().filter(|i| i.activation_id == id).map(|i| i.key_id).collect()
        };
        let own = books.activations.values().filter(|a| {
            a.license_id == license
                && books.owns(scope, license)
                && a.active() != filter.ended
                && filter.key_id.is_none_or(|key| keys(a.id).contains(&key))
        });
        let heads = own.map(|a| DeviceHead { id: a.id, name: a.names.device_name.clone() });
        let found = found_devices(heads.collect(), filter, page);
        let row = |id| DeviceRow { activation: books.activations[&id].clone(), keys: keys(id).into_iter().collect() };
        Ok(Listed { items: found.items.into_iter().map(row).collect(), next: found.next })
    }

    fn keys_counted(&self, scope: Scope, license: LicenseId, most: u32) -> Read<Vec<KeyRow>> {
        let mut keys = self.keys(scope, license)?;
        keys.sort_by_key(|row| row.key.id);
        Ok(keys.into_iter().map(|row| KeyRow { devices: row.devices.min(most), ..row }).collect())
    }
}
