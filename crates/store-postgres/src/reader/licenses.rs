//! Licences and their devices as a person looks for them.

use std::collections::HashMap;

use jiff::Timestamp;
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{ActivationId, KeyId, LicenseId};
use seatkeeper_domain::key::ProductKey;
use seatkeeper_domain::policy::Policy;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::Code;
use seatkeeper_store::read::licenses::{
    DeviceFilter, DeviceHead, DeviceRow, FoundLicense, LicenseHead, LicenseReader, LicenseSearch, found_devices,
    found_licenses, rows,
};
use seatkeeper_store::read::{KeyRow, LicenseRow, Listed, Page, Scope};
use tokio_postgres::Row;
use uuid::Uuid;

use super::PostgresReader;
use super::license::by_ids;
use super::scoped::{Table, may_hold, of_text};
use crate::link::params;
use crate::row::{Columns, Result};
use crate::rows::activation::{self, activations};
use crate::rows::key;

const HEADS: Table = Table {
    select: "SELECT l.id, l.serial_number, l.external_id, c.name, l.status, l.term, l.policy FROM licenses l \
             JOIN customers c ON c.id = l.customer",
    customer: "l.customer",
    id: "l.id",
};
const DEVICES: Table = Table {
    select: "SELECT a.id, a.device_name FROM activations a JOIN licenses l ON l.id = a.license",
    customer: "l.customer",
    id: "a.id",
};
const KEYS: Table = Table {
    select: "SELECT k.id, k.license, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, \
             k.refresh_until, k.created_at, k.revision FROM keys k JOIN licenses l ON l.id = k.license",
    customer: "l.customer",
    id: "k.id",
};
/// Active devices of a key, so many at most. A device is counted by the first of its installations that has the key, and each is
/// looked at by itself: put together otherwise, all would be read and sorted before the first is counted.
const USED: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM installations i WHERE i.key = $1 \
         AND (SELECT a.ended_at IS NULL FROM activations a WHERE a.id = i.activation) \
         AND i.id = (SELECT o.id FROM installations o WHERE o.activation = i.activation AND o.key = i.key ORDER BY o.id LIMIT 1) \
     LIMIT $2) AS used";
/// Licences that may hold a text.
const TEXT: &str = of_text!(concat!(
    may_hold!("part", "l.serial_number"),
    " OR ",
    may_hold!("part", "c.name"),
    " OR ",
    may_hold!("part", "l.external_id")
));
const DEVICE_TEXT: &str = may_hold!("?", "a.device_name");

type Read<T> = std::result::Result<T, StoreError>;

impl LicenseReader for PostgresReader {
    fn find_licenses(
        &self,
        scope: Scope,
        search: &LicenseSearch,
        now: Timestamp,
        page: Page,
    ) -> Read<Listed<FoundLicense>> {
        self.pool.read(|at| {
            let heads = HEADS
                .within(scope)
                .and_if("l.customer = ?", search.customer_id.map(|id| id.0))
                .and_if("l.product = ?", search.product_id.map(|id| id.0))
                .and_if("l.model = ?", search.model.map(Code::code));
            let one = scope.customer().is_some() || search.customer_id.is_some();
            let heads = match search.plain() {
                true => {
                    let heads = heads.and_if("l.id < ?", page.after);
                    // A customer's few are found by whose they are, everybody's along their ids.
                    let (heads, order) =
                        if one { (heads.by_conditions(), "found.id DESC") } else { (heads, "l.id DESC") };
                    heads.first(at, order, Some(rows(page)), head)?
                }
                false => heads.and_if(TEXT, search.text.as_deref().map(fold)).all(at, head)?,
            };
            let after = page.after.map(|id| HEADS.within(scope).one(at, id, head)).transpose()?.flatten();
            let found = found_licenses(heads, after.as_ref(), search, now, page);
            let found_rows = by_ids(at, found.items.iter().map(|(id, _)| id.0).collect())?;
            let mut rows: HashMap<LicenseId, LicenseRow> =
                found_rows.into_iter().map(|row| (row.license.id, row)).collect();
            let items = found.items.into_iter();
            let items = items.filter_map(|(id, customer)| rows.remove(&id).map(|row| FoundLicense { row, customer }));
            Ok(Listed { items: items.collect(), next: found.next })
        })
    }

    fn devices(&self, scope: Scope, license: LicenseId, filter: &DeviceFilter, page: Page) -> Read<Listed<DeviceRow>> {
        self.pool.read(|at| {
            let heads = DEVICES
                .within(scope)
                .with("a.license = ?", license.0)
                .and(if filter.ended { "a.ended_at IS NOT NULL" } else { "a.ended_at IS NULL" })
                .and_if("a.id IN (SELECT activation FROM installations WHERE key = ?)", filter.key_id.map(|id| id.0));
            let heads = match filter.text {
                None => {
                    let heads = heads.and_if("a.id < ?", page.after);
                    match filter.key_id {
                        // The licence's own index has them in order.
                        None => heads.first(at, "a.id DESC", Some(rows(page)), named)?,
                        Some(_) => heads.by_conditions().first(at, "found.id DESC", Some(rows(page)), named)?,
                    }
                }
                Some(_) => heads.and_if(DEVICE_TEXT, filter.text.as_deref().map(fold)).all(at, named)?,
            };
            let found = found_devices(heads, filter, page);
            let ids: Vec<Uuid> = found.items.iter().map(|id| id.0).collect();
            let rows = at.all(activations!("WHERE a.id = ANY($1)"), params![ids.clone()], activation::activation)?;
            let mut rows: HashMap<ActivationId, Activation> = rows.into_iter().map(|row| (row.id, row)).collect();
            let sql = "SELECT DISTINCT activation, key FROM installations WHERE activation = ANY($1) ORDER BY key";
            let used = at.all(sql, params![ids], |row| {
                let mut columns = Columns::of(row);
                Ok((columns.id::<ActivationId>()?, columns.id::<KeyId>()?))
            })?;
            let keys = |id| used.iter().filter(|(device, _)| *device == id).map(|(_, key)| *key).collect();
            let items = found.items.into_iter();
            let items =
                items.filter_map(|id| rows.remove(&id).map(|row| DeviceRow { keys: keys(id), activation: row }));
            Ok(Listed { items: items.collect(), next: found.next })
        })
    }

    fn keys_counted(&self, scope: Scope, license: LicenseId, most: u32) -> Read<Vec<KeyRow>> {
        self.pool.read(|at| {
            let read = |row: &Row| key::columns(&mut Columns::of(row));
            let mut keys = KEYS.within(scope).with("k.license = ?", license.0).all(at, read)?;
            keys.sort_by_key(|key| key.id);
            let counted = |key: ProductKey| {
                let count = |row: &Row| Columns::of(row).count::<u32>();
                let devices = match most {
                    0 => 0,
                    most => at.one(USED, params![key.id.0, i64::from(most)], count)?.unwrap_or(0),
                };
                Ok(KeyRow { key, devices })
            };
            keys.into_iter().map(counted).collect()
        })
    }
}

fn named(row: &Row) -> Result<DeviceHead> {
    let mut columns = Columns::of(row);
    Ok(DeviceHead { id: columns.id()?, name: columns.get()? })
}

fn head(row: &Row) -> Result<LicenseHead> {
    let mut columns = Columns::of(row);
    Ok(LicenseHead {
        id: columns.id()?,
        serial_number: columns.get()?,
        external_id: columns.get()?,
        customer: columns.get()?,
        status: columns.code()?,
        term: columns.json()?,
        renewal_grace_seconds: columns.json::<Policy>()?.renewal_grace_seconds,
    })
}
