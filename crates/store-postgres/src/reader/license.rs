//! Licences with what belongs to them: keys, devices, blocks.

use std::collections::HashMap;

use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::id::{ActivationId, InstallationId, LicenseId, ProductId};
use seatkeeper_domain::license::{Counters, License, folded_serial};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::Code;
use seatkeeper_store::read::{FoundKey, KeyRow, LicenseFilter, LicenseRow, Listed, Page, Scope};
use tokio_postgres::Row;
use uuid::Uuid;

use super::scoped::Table;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::activation::{self, activations};
use crate::rows::block::{self, blocks};
use crate::rows::catalogue::{self, products};
use crate::rows::key;
use crate::rows::license::{self, licenses};

const LICENSES: Table = Table { select: licenses!(""), customer: "l.customer", id: "l.id" };
const ACTIVATIONS: Table =
    Table { select: activations!("JOIN licenses l ON l.id = a.license"), customer: "l.customer", id: "a.id" };
const BLOCKS: Table =
    Table { select: blocks!("JOIN licenses l ON l.id = b.license"), customer: "l.customer", id: "b.id" };
/// Keys with the number of active devices that use each.
const KEYS: Table = Table {
    select: "SELECT k.id, k.license, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, \
             k.refresh_until, k.created_at, k.revision, (SELECT COUNT(DISTINCT a.id) FROM installations i \
             JOIN activations a ON a.id = i.activation WHERE i.key = k.id AND a.ended_at IS NULL) \
             FROM keys k JOIN licenses l ON l.id = k.license",
    customer: "l.customer",
    id: "k.id",
};

pub(super) fn find_key(at: &Transaction, hash: &[u8; 32]) -> Result<Option<FoundKey>> {
    let sql = "SELECT k.id, l.id, l.serial_number, l.tried_by FROM keys k JOIN licenses l ON l.id = k.license WHERE k.hash = $1";
    at.one(sql, params![hash.to_vec()], |row| {
        let mut columns = Columns::of(row);
        let (key_id, license_id, serial_number) = (columns.id()?, columns.id()?, columns.get()?);
        Ok(FoundKey { key_id, license_id, serial_number, trial: columns.maybe_id::<Uuid>()?.is_some() })
    })
}

pub(super) fn license(at: &Transaction, scope: Scope, id: LicenseId) -> Result<Option<LicenseRow>> {
    let found = LICENSES.within(scope).one(at, id.0, license::license)?;
    Ok(with_products(at, found.into_iter().collect())?.pop())
}

pub(super) fn licenses(
    at: &Transaction,
    scope: Scope,
    filter: &LicenseFilter,
    page: Page,
) -> Result<Listed<LicenseRow>> {
    let found = LICENSES
        .within(scope)
        .and_if("l.customer = ?", filter.customer_id.map(|id| id.0))
        .and_if("l.product = ?", filter.product_id.map(|id| id.0))
        .and_if("l.serial_folded = ?", filter.serial_number.as_deref().map(folded_serial))
        .and_if("l.external_id = ?", filter.external_id.clone())
        .and_if("l.model = ?", filter.model.map(Code::code))
        .and(if filter.requested { "l.requested_at IS NOT NULL" } else { "TRUE" })
        .page(at, page, license::license, |(license, _)| license.id.0)?;
    Ok(Listed { items: with_products(at, found.items)?, next: found.next })
}

/// Licences that were found within a scope, by their ids, in no order.
pub(super) fn by_ids(at: &Transaction, ids: Vec<Uuid>) -> Result<Vec<LicenseRow>> {
    with_products(at, at.all(licenses!("WHERE l.id = ANY($1)"), params![ids], license::license)?)
}

fn with_products(at: &Transaction, found: Vec<(License, Counters)>) -> Result<Vec<LicenseRow>> {
    let ids: Vec<Uuid> = found.iter().map(|(license, _)| license.product_id.0).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let products = at.all(products!("WHERE p.id = ANY($1)"), params![ids], catalogue::product)?;
    let products: HashMap<ProductId, _> = products.into_iter().map(|product| (product.id, product)).collect();
    let row = |(license, counters): (License, Counters)| {
        let product = products.get(&license.product_id).cloned();
        let product = product.ok_or_else(|| StoreError::Fault("a licence's product is gone".to_owned()))?;
        Ok(LicenseRow { license, counters, product })
    };
    found.into_iter().map(row).collect()
}

/// A device and its licence, for the device itself.
pub(super) fn activation_terms(at: &Transaction, id: ActivationId) -> Result<Option<(Activation, LicenseRow)>> {
    let Some(device) = activation(at, Scope::Vendor, id)? else { return Ok(None) };
    Ok(license(at, Scope::Vendor, device.license_id)?.map(|row| (device, row)))
}

pub(super) fn generation(at: &Transaction, id: ActivationId, installation: InstallationId) -> Result<Option<u32>> {
    let sql = "SELECT i.generation FROM activations a JOIN installations i ON i.activation = a.id \
         WHERE a.id = $1 AND i.id = $2 AND i.activated_at >= a.activated_at";
    at.one(sql, params![id.0, installation.0], |row| Columns::of(row).count())
}

pub(super) fn first_device(at: &Transaction, license: LicenseId) -> Result<Option<Activation>> {
    let sql = activations!("WHERE a.license = $1 AND a.ended_at IS NULL ORDER BY a.activated_at, a.id LIMIT 1");
    at.one(sql, params![license.0], activation::activation)
}

pub(super) fn keys(at: &Transaction, scope: Scope, license: LicenseId) -> Result<Vec<KeyRow>> {
    let mut keys = KEYS.within(scope).with("k.license = ?", license.0).all(at, key_row)?;
    keys.sort_by_key(|row| row.key.id);
    Ok(keys)
}

fn key_row(row: &Row) -> Result<KeyRow> {
    let mut columns = Columns::of(row);
    Ok(KeyRow { key: key::columns(&mut columns)?, devices: columns.count()? })
}

pub(super) fn blocks(at: &Transaction, scope: Scope, license: LicenseId, page: Page) -> Result<Listed<Block>> {
    BLOCKS.within(scope).with("b.license = ?", license.0).page(at, page, block::block, |b| b.id.0)
}

pub(super) fn activation(at: &Transaction, scope: Scope, id: ActivationId) -> Result<Option<Activation>> {
    ACTIVATIONS.within(scope).one(at, id.0, activation::activation)
}

pub(super) fn activations(
    at: &Transaction,
    scope: Scope,
    license: Option<LicenseId>,
    page: Page,
) -> Result<Listed<Activation>> {
    let own = ACTIVATIONS.within(scope).and_if("a.license = ?", license.map(|id| id.0));
    own.page(at, page, activation::activation, |a| a.id.0)
}
