//! Licences and their devices as a person looks for them.

use jiff::Timestamp;
use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{ActivationId, LicenseId};
use seatkeeper_domain::policy::Policy;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::Code;
use seatkeeper_store::read::licenses::{
    DeviceFilter, DeviceHead, DeviceRow, FoundLicense, LicenseHead, LicenseReader, LicenseSearch, found_devices,
    found_licenses, rows,
};
use seatkeeper_store::read::{KeyRow, Listed, Page, Scope};

use super::SqliteReader;
use super::license::{activation, license};
use super::scoped::{Table, bytes, may_hold, of_text};
use crate::row::{Columns, all};
use crate::rows::key;

const HEADS: Table = Table {
    select: "SELECT l.id, l.serial_number, l.external_id, c.name, l.status, l.term, l.policy FROM licenses l \
             JOIN customers c ON c.n = l.customer",
    customer: "l.customer",
    id: "l.id",
};
const DEVICES: Table = Table {
    select: "SELECT a.id, a.device_name FROM activations a JOIN licenses l ON l.n = a.license",
    customer: "l.customer",
    id: "a.id",
};
const KEYS: Table = Table {
    select: "SELECT k.id, l.id, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, k.refresh_until, \
             k.created_at, k.revision FROM keys k JOIN licenses l ON l.n = k.license",
    customer: "l.customer",
    id: "k.id",
};
/// Active devices of a key, so many at most.
const USED: &str = "SELECT COUNT(*) FROM (SELECT DISTINCT i.activation FROM installations i \
     JOIN activations a ON a.n = i.activation \
     WHERE i.key = (SELECT n FROM keys WHERE id = ?1) AND a.ended_at IS NULL LIMIT ?2)";
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

impl LicenseReader for SqliteReader {
    fn find_licenses(
        &self,
        scope: Scope,
        search: &LicenseSearch,
        now: Timestamp,
        page: Page,
    ) -> Read<Listed<FoundLicense>> {
        self.pool.read(|conn| {
            let heads = HEADS
                .within(scope)
                .and_if("c.id = ?", search.customer_id.map(|id| bytes(id.0)))
                .and_if("l.product = (SELECT n FROM products WHERE id = ?)", search.product_id.map(|id| bytes(id.0)))
                .and_if("l.model = ?", search.model.map(Code::code));
            let heads = match search.plain() {
                true => {
                    heads.and_if("l.id < ?", page.after.map(bytes)).first(conn, "l.id DESC", Some(rows(page)), head)?
                }
                false => heads.and_if(TEXT, search.text.as_deref().map(fold)).all(conn, head)?,
            };
            let after = page.after.map(|id| HEADS.within(scope).one(conn, id, head)).transpose()?.flatten();
            let found = found_licenses(heads, after.as_ref(), search, now, page);
            let row = |(id, customer)| Ok(license(conn, scope, id)?.map(|row| FoundLicense { row, customer }));
            let items = found.items.into_iter().map(row).collect::<Result<Vec<_>>>()?;
            Ok(Listed { items: items.into_iter().flatten().collect(), next: found.next })
        })
    }

    fn devices(&self, scope: Scope, license: LicenseId, filter: &DeviceFilter, page: Page) -> Read<Listed<DeviceRow>> {
        self.pool.read(|conn| {
            let heads = DEVICES
                .within(scope)
                .with("l.id = ?", bytes(license.0))
                .and(if filter.ended { "a.ended_at IS NOT NULL" } else { "a.ended_at IS NULL" })
                .and_if(
                    "a.n IN (SELECT activation FROM installations WHERE key = (SELECT n FROM keys WHERE id = ?))",
                    filter.key_id.map(|id| bytes(id.0)),
                );
            let heads = match filter.text {
                None => {
                    heads.and_if("a.id < ?", page.after.map(bytes)).first(conn, "a.id DESC", Some(rows(page)), named)?
                }
                Some(_) => heads.and_if(DEVICE_TEXT, filter.text.as_deref().map(fold)).all(conn, named)?,
            };
            let found = found_devices(heads, filter, page);
            let items = found.items.into_iter().map(|id| device(conn, scope, id)).collect::<Result<Vec<_>>>()?;
            Ok(Listed { items: items.into_iter().flatten().collect(), next: found.next })
        })
    }

    fn keys_counted(&self, scope: Scope, license: LicenseId, most: u32) -> Read<Vec<KeyRow>> {
        self.pool.read(|conn| {
            let read = |row: &Row<'_>| key::columns(&mut Columns::of(row));
            let mut keys = KEYS.within(scope).with("l.id = ?", bytes(license.0)).all(conn, read)?;
            keys.sort_by_key(|key| key.id);
            let counted = |key: seatkeeper_domain::key::ProductKey| {
                let devices = conn.prepare_cached(USED)?.query_row((key.id.0.as_bytes(), most), |row| row.get(0))?;
                Ok(KeyRow { key, devices })
            };
            keys.into_iter().map(counted).collect()
        })
    }
}

fn head(row: &Row<'_>) -> Result<LicenseHead> {
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

fn named(row: &Row<'_>) -> Result<DeviceHead> {
    let mut columns = Columns::of(row);
    Ok(DeviceHead { id: columns.id()?, name: columns.get()? })
}

fn device(conn: &Connection, scope: Scope, id: ActivationId) -> Result<Option<DeviceRow>> {
    let Some(activation) = activation(conn, scope, id)? else { return Ok(None) };
    let sql = "SELECT DISTINCT k.id FROM installations i JOIN keys k ON k.n = i.key \
         WHERE i.activation = (SELECT n FROM activations WHERE id = ?1) ORDER BY k.id";
    let keys = all(conn, sql, (id.0.as_bytes(),), |row| Columns::of(row).id())?;
    Ok(Some(DeviceRow { activation, keys }))
}
