//! Licences and their devices as a person looks for them, within what exists for whoever asks.

use seatkeeper_domain::id::LicenseId;
use seatkeeper_store::read::licenses::{DeviceFilter, DeviceRow, FoundLicense, LicenseSearch};
use seatkeeper_store::read::{KeyRow, Listed, Page};

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

impl Service {
    /// Licences, found and sorted.
    pub async fn find_licenses(
        &self,
        admin: &Admin,
        search: LicenseSearch,
        page: Page,
    ) -> Result<Listed<FoundLicense>, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |reader| reader.find_licenses(scope, &search, now, page)).await
    }

    /// A licence's devices, those admitted last first.
    pub async fn devices(
        &self,
        admin: &Admin,
        license: LicenseId,
        filter: DeviceFilter,
        page: Page,
    ) -> Result<Listed<DeviceRow>, Failure> {
        self.license(admin, license).await?;
        let scope = admin.scope();
        self.read(move |reader| reader.devices(scope, license, &filter, page)).await
    }

    /// A licence's keys, the devices of each being counted up to `most`.
    pub async fn keys_counted(&self, admin: &Admin, license: LicenseId, most: u32) -> Result<Vec<KeyRow>, Failure> {
        self.license(admin, license).await?;
        let scope = admin.scope();
        self.read(move |reader| reader.keys_counted(scope, license, most)).await
    }
}
