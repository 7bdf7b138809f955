//! Product keys.

use seatkeeper_domain::key::ProductKey;
use seatkeeper_store::code::{micros, stored};
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! keys {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.license, k.label, k.hash, k.sealed, k.hint, k.activate_until, k.open_until, \
             k.refresh_until, k.created_at, k.revision FROM keys k ",
            $rest
        )
    };
}
pub(crate) use keys;

pub(crate) fn key(row: &Row) -> Result<ProductKey> {
    columns(&mut Columns::of(row))
}

pub(crate) fn columns(columns: &mut Columns<'_>) -> Result<ProductKey> {
    Ok(ProductKey {
        id: columns.id()?,
        license_id: columns.id()?,
        label: columns.get()?,
        hash: columns.bytes()?,
        sealed: columns.get()?,
        hint: columns.get()?,
        activate_until: columns.maybe_at()?,
        open_until: columns.maybe_at()?,
        refresh_until: columns.maybe_at()?,
        created_at: columns.at()?,
        revision: columns.count()?,
    })
}

pub(crate) const WRITE: &str = "INSERT INTO keys (id, license, label, hash, sealed, hint, activate_until, open_until, \
     refresh_until, created_at, revision) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS TEXT[]), CAST($4 AS BYTEA[]), \
         CAST($5 AS BYTEA[]), CAST($6 AS TEXT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[]), CAST($9 AS BIGINT[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET label = excluded.label, activate_until = excluded.activate_until, \
         open_until = excluded.open_until, refresh_until = excluded.refresh_until, revision = excluded.revision";

pub(crate) fn parameters(rows: &[&ProductKey]) -> Parameters {
    params![
        column(rows, |k| k.id.0),
        column(rows, |k| k.license_id.0),
        column(rows, |k| k.label.clone()),
        column(rows, |k| k.hash.to_vec()),
        column(rows, |k| k.sealed.clone()),
        column(rows, |k| k.hint.clone()),
        column(rows, |k| micros(k.activate_until)),
        column(rows, |k| micros(k.open_until)),
        column(rows, |k| micros(k.refresh_until)),
        column(rows, |k| stored(k.created_at)),
        column(rows, |k| k.revision.cast_signed()),
    ]
}
