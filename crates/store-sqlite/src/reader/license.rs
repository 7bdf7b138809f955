//! Licences with what belongs to them: keys, devices, blocks.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::id::{ActivationId, InstallationId, LicenseId};
use seatkeeper_domain::license::{Counters, License, folded_serial};
use seatkeeper_store::read::{FoundKey, KeyRow, LicenseFilter, LicenseRow, Listed, Page, Scope};

use super::scoped::{Table, bytes};
use crate::row::{Columns, one};
use crate::rows::activation::{self, activations};
use crate::rows::block::{self, blocks};
use crate::rows::catalogue::{self, products};
use crate::rows::key;
use crate::rows::license::{self, licenses};
use seatkeeper_store::code::Code;
use uuid::Uuid;

const LICENSES: Table = Table { select: licenses!(""), customer: "l.customer", id: "l.id" };
const ACTIVATIONS: Table = Table { select: activations!(""), customer: "l.customer", id: "a.id" };
const BLOCKS: Table = Table { select: blocks!(""), customer: "l.customer", id: "b.id" };
/// Keys with the number of active devices that use each.
const KEYS: Table = Table {
    select: "SELECT k.id, l.id, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, k.refresh_until, \
             k.created_at, k.revision, (SELECT COUNT(DISTINCT a.n) FROM installations i JOIN activations a ON a.n = i.activation \
             WHERE i.key = k.n AND a.ended_at IS NULL) FROM keys k JOIN licenses l ON l.n = k.license",
    customer: "l.customer",
    id: "k.id",
};

pub(super) fn find_key(conn: &Connection, hash: &[u8; 32]) -> Result<Option<FoundKey>> {
    let sql = "SELECT k.id, l.id, l.serial_number, l.tried_by FROM keys k JOIN licenses l ON l.n = k.license WHERE k.hash = ?1";
    one(conn, sql, (hash,), |row| {
        let mut columns = Columns::of(row);
        let (key_id, license_id, serial_number) = (columns.id()?, columns.id()?, columns.get()?);
        Ok(FoundKey { key_id, license_id, serial_number, trial: columns.maybe_id::<Uuid>()?.is_some() })
    })
}

pub(super) fn license(conn: &Connection, scope: Scope, id: LicenseId) -> Result<Option<LicenseRow>> {
    LICENSES.within(scope).one(conn, id.0, license::license)?.map(|found| with_product(conn, found)).transpose()
}

pub(super) fn licenses(
    conn: &Connection,
    scope: Scope,
    filter: &LicenseFilter,
    page: Page,
) -> Result<Listed<LicenseRow>> {
    let found = LICENSES
        .within(scope)
        .and_if("c.id = ?", filter.customer_id.map(|id| bytes(id.0)))
        .and_if("p.id = ?", filter.product_id.map(|id| bytes(id.0)))
        .and_if("l.serial_folded = ?", filter.serial_number.as_deref().map(folded_serial))
        .and_if("l.external_id = ?", filter.external_id.clone())
        .and_if("l.model = ?", filter.model.map(Code::code))
        .and(if filter.requested { "l.requested_at IS NOT NULL" } else { "TRUE" })
        .page(conn, page, license::license, |(license, _)| license.id.0)?;
    let items = found.items.into_iter().map(|row| with_product(conn, row)).collect::<Result<_>>()?;
    Ok(Listed { items, next: found.next })
}

fn with_product(conn: &Connection, (license, counters): (License, Counters)) -> Result<LicenseRow> {
    let product = one(conn, products!("WHERE p.id = ?1"), (license.product_id.0.as_bytes(),), catalogue::product)?;
    let product = product.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(LicenseRow { license, counters, product })
}

/// A device and its licence, for the device itself.
pub(super) fn activation_terms(conn: &Connection, id: ActivationId) -> Result<Option<(Activation, LicenseRow)>> {
    let Some(device) = activation(conn, Scope::Vendor, id)? else { return Ok(None) };
    Ok(license(conn, Scope::Vendor, device.license_id)?.map(|row| (device, row)))
}

pub(super) fn generation(conn: &Connection, id: ActivationId, installation: InstallationId) -> Result<Option<u32>> {
    let sql = "SELECT i.generation FROM activations a JOIN installations i ON i.activation = a.n
        WHERE a.id = ?1 AND i.id = ?2 AND i.activated_at >= a.activated_at";
    one(conn, sql, (id.0.as_bytes(), installation.0.as_bytes()), |row| row.get(0))
}

pub(super) fn first_device(conn: &Connection, license: LicenseId) -> Result<Option<Activation>> {
    let sql = activations!("WHERE l.id = ?1 AND a.ended_at IS NULL ORDER BY a.activated_at, a.id LIMIT 1");
    one(conn, sql, (license.0.as_bytes(),), activation::activation)
}

pub(super) fn keys(conn: &Connection, scope: Scope, license: LicenseId) -> Result<Vec<KeyRow>> {
    let mut keys = KEYS.within(scope).with("l.id = ?", bytes(license.0)).all(conn, key_row)?;
    keys.sort_by_key(|row| row.key.id);
    Ok(keys)
}

fn key_row(row: &Row<'_>) -> Result<KeyRow> {
    let mut columns = Columns::of(row);
    Ok(KeyRow { key: key::columns(&mut columns)?, devices: columns.get()? })
}

pub(super) fn blocks(conn: &Connection, scope: Scope, license: LicenseId, page: Page) -> Result<Listed<Block>> {
    BLOCKS.within(scope).with("l.id = ?", bytes(license.0)).page(conn, page, block::block, |b| b.id.0)
}

pub(super) fn activation(conn: &Connection, scope: Scope, id: ActivationId) -> Result<Option<Activation>> {
    ACTIVATIONS.within(scope).one(conn, id.0, activation::activation)
}

pub(super) fn activations(
    conn: &Connection,
    scope: Scope,
    license: Option<LicenseId>,
    page: Page,
) -> Result<Listed<Activation>> {
    let own = ACTIVATIONS.within(scope).and_if("l.id = ?", license.map(|id| bytes(id.0)));
    own.page(conn, page, activation::activation, |a| a.id.0)
}
