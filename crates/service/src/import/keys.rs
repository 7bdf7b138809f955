//! The product keys of what was imported, to be handed out at once. They stand sealed in the books, as all do: none is kept for
//! this, and that each was shown is on the record before it is.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use seatkeeper_domain::decide::{RecordKeyShown, RecordKeysShown};
use seatkeeper_domain::id::{CustomerId, ImportId, LicenseId};
use seatkeeper_domain::license::Status;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::{KeyRow, LicenseRow, Reader, Scope};

use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::seal::Purpose;
use crate::service::Service;

/// Keys written down in one commit, so that seats do not wait long for it.
const AT_ONCE: usize = 200;

/// A product key, and whose it is.
#[derive(Clone)]
pub struct KeyLine {
    /// The customer's name.
    pub customer: String,
    /// The product's code.
    pub product: String,
    /// The licence's serial number.
    pub serial_number: String,
    /// The secret.
    pub product_key: String,
    /// What the key is called.
    pub label: String,
}

impl Service {
    /// The product keys of all licences of an import, in the order of its file. What was revoked since is left out, and so are
    /// keys that open no program any more.
    ///
    /// # Errors
    /// If the administrator may not see keys; if there is no such import.
    pub async fn imported_keys(&self, admin: &Admin, id: ImportId) -> Result<Vec<KeyLine>, Failure> {
        admin.may(Permission::Support)?;
        let licenses = self.imported_licenses(admin, id, usize::MAX).await?;
        let now = self.now();
        let found = self.read(move |reader| opening(reader, licenses, now)).await?;
        for some in found.chunks(AT_ONCE) {
            let shown = |(row, key, _): &Opening| RecordKeyShown { license_id: row.license.id, key_id: key.key.id };
            self.office(admin, None, RecordKeysShown { keys: some.iter().map(shown).collect() }).await?;
        }
        found.into_iter().map(|found| self.line(found)).collect()
    }

    fn line(&self, (row, key, customer): Opening) -> Result<KeyLine, Failure> {
        let secret =
            self.secrets.open(Purpose::ProductKey, &key.key.sealed).and_then(|key| String::from_utf8(key).ok());
        Ok(KeyLine {
            customer,
            product: row.product.code,
            serial_number: row.license.serial_number,
            product_key: secret.ok_or_else(|| Failure::Fault("a sealed product key cannot be opened".to_owned()))?,
            label: key.key.label,
        })
    }
}

/// A key that opens programs, with its licence and whose that is.
type Opening = (LicenseRow, KeyRow, String);

fn opening(reader: &dyn Reader, licenses: Vec<LicenseId>, now: Timestamp) -> Result<Vec<Opening>, StoreError> {
    let mut names: HashMap<CustomerId, String> = HashMap::new();
    let mut found = Vec::with_capacity(licenses.len());
    for id in licenses {
        let Some(row) = reader.license(Scope::Vendor, id)? else { continue };
        if row.license.status == Status::Revoked {
            continue;
        }
        let owner = row.license.customer_id;
        let name = match names.entry(owner) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(reader.customer(Scope::Vendor, owner)?.map(|customer| customer.name).unwrap_or_default())
            }
        };
        let keys = reader.keys(Scope::Vendor, id)?.into_iter();
        let open = keys.filter(|row| row.key.open_until.is_none_or(|until| now < until));
        found.extend(open.map(|key| (row.clone(), key, name.clone())));
    }
    Ok(found)
}
