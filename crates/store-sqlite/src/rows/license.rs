//! Licences and their counters.

use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::{Counters, License, folded_serial};
use serde_json::json;

use crate::row::{Columns, run};
use seatkeeper_store::code::{Code, micros, stored};

macro_rules! licenses {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, c.id, p.id, l.serial_number, l.model, l.grants, l.features, l.term, l.policy, l.status, \
             l.status_reason, l.legacy, l.external_id, l.metadata, l.revision, l.ever_blocked, l.resumed_at, l.created_at, \
             l.request, l.tried_by, k.in_use, k.ceiling, k.devices, k.moves, k.moves_since, k.chain_length, k.chain_hash \
             FROM licenses l JOIN customers c ON c.n = l.customer JOIN products p ON p.n = l.product \
             JOIN counters k ON k.license = l.n ",
            $rest
        )
    };
}
pub(crate) use licenses;

pub(crate) fn license(row: &Row<'_>) -> Result<(License, Counters)> {
    let mut columns = Columns::of(row);
    let license = License {
        id: columns.id()?,
        customer_id: columns.id()?,
        product_id: columns.id()?,
        serial_number: columns.get()?,
        model: columns.code()?,
        grants: columns.json()?,
        features: columns.json()?,
        term: columns.json()?,
        policy: columns.json()?,
        status: columns.code()?,
        status_reason: columns.get()?,
        legacy: columns.maybe_code()?,
        external_id: columns.get()?,
        metadata: columns.json()?,
        revision: columns.u64()?,
        ever_blocked: columns.get()?,
        resumed_at: columns.maybe_at()?,
        created_at: columns.at()?,
        request: columns.json()?,
        tried_by: columns.maybe_id()?,
    };
    let counters = Counters {
        in_use: columns.get()?,
        ceiling: columns.get()?,
        devices: columns.get()?,
        moves: columns.get()?,
        moves_since: columns.maybe_at()?,
        chain: columns.chain()?,
    };
    Ok((license, counters))
}

pub(crate) fn write(conn: &Connection, license: &License) -> Result<usize> {
    run(
        conn,
        "INSERT INTO licenses (id, customer, product, serial_number, serial_folded, model, grants, features, term,
             policy, status, status_reason, legacy, external_id, metadata, revision, ever_blocked, resumed_at, created_at,
             request, requested_at, tried_by)
         VALUES (?1, (SELECT n FROM customers WHERE id = ?2), (SELECT n FROM products WHERE id = ?3),
             ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
         ON CONFLICT (id) DO UPDATE SET serial_number = excluded.serial_number,
             serial_folded = excluded.serial_folded, grants = excluded.grants, features = excluded.features,
             term = excluded.term, policy = excluded.policy, status = excluded.status,
             status_reason = excluded.status_reason, external_id = excluded.external_id,
             metadata = excluded.metadata, revision = excluded.revision, ever_blocked = excluded.ever_blocked,
             resumed_at = excluded.resumed_at, request = excluded.request, requested_at = excluded.requested_at",
        params![
            license.id.0.as_bytes(),
            license.customer_id.0.as_bytes(),
            license.product_id.0.as_bytes(),
            license.serial_number,
            folded_serial(&license.serial_number),
            license.model.code(),
            json!(license.grants).to_string(),
            json!(license.features).to_string(),
            json!(license.term).to_string(),
            json!(license.policy).to_string(),
            license.status.code(),
            license.status_reason,
            license.legacy.map(Code::code),
            license.external_id,
            json!(license.metadata).to_string(),
            license.revision.cast_signed(),
            license.ever_blocked,
            micros(license.resumed_at),
            stored(license.created_at),
            json!(license.request).to_string(),
            micros(license.requested_at()),
            license.tried_by.as_ref().map(|id| id.0.as_bytes()),
        ],
    )
}

pub(crate) fn write_counters(conn: &Connection, license: LicenseId, counters: &Counters) -> Result<usize> {
    run(
        conn,
        "INSERT INTO counters (license, in_use, ceiling, devices, moves, moves_since, chain_length, chain_hash)
         VALUES ((SELECT n FROM licenses WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (license) DO UPDATE SET in_use = excluded.in_use, ceiling = excluded.ceiling,
             devices = excluded.devices, moves = excluded.moves, moves_since = excluded.moves_since,
             chain_length = excluded.chain_length, chain_hash = excluded.chain_hash",
        (
            license.0.as_bytes(),
            counters.in_use,
            counters.ceiling,
            counters.devices,
            counters.moves,
            micros(counters.moves_since),
            counters.chain.length.cast_signed(),
            counters.chain.hash,
        ),
    )
}
