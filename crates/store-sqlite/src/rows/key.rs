//! Product keys.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::key::ProductKey;

use crate::row::{Columns, run};
use seatkeeper_store::code::{micros, stored};

macro_rules! keys {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, l.id, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, k.refresh_until, \
             k.created_at, k.revision FROM keys k JOIN licenses l ON l.n = k.license ",
            $rest
        )
    };
}
pub(crate) use keys;

pub(crate) fn key(row: &Row<'_>) -> Result<ProductKey> {
    columns(&mut Columns::of(row))
}

pub(crate) fn columns(columns: &mut Columns<'_, '_>) -> Result<ProductKey> {
    Ok(ProductKey {
        id: columns.id()?,
        license_id: columns.id()?,
        label: columns.get()?,
        hash: columns.get()?,
        sealed: columns.get()?,
        hint: columns.get()?,
        activate_until: columns.maybe_at()?,
        open_until: columns.maybe_at()?,
        refresh_until: columns.maybe_at()?,
        created_at: columns.at()?,
        revision: columns.u64()?,
    })
}

pub(crate) fn write(conn: &Connection, key: &ProductKey) -> Result<usize> {
    run(
        conn,
        "INSERT INTO keys (id, license, label, hash, sealed, hint, activate_until, open_until, refresh_until, created_at,
             revision)
         VALUES (?1, (SELECT n FROM licenses WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, activate_until = excluded.activate_until,
             open_until = excluded.open_until, refresh_until = excluded.refresh_until, revision = excluded.revision",
        (
            key.id.0.as_bytes(),
            key.license_id.0.as_bytes(),
            &key.label,
            key.hash,
            &key.sealed,
            &key.hint,
            micros(key.activate_until),
            micros(key.open_until),
            micros(key.refresh_until),
            stored(key.created_at),
            key.revision.cast_signed(),
        ),
    )
}
