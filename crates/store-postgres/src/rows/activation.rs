//! Devices, the hashes by which they are known again, and the installations on them.

use seatkeeper_domain::activation::{Activation, Installation};
use seatkeeper_store::code::{end_code, ended_at, stored, user_columns};
use serde_json::json;
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! activations {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.license, COALESCE(a.user_written, a.user_folded), a.device_name, a.os_session, a.salt, \
             a.os, a.fingerprint, a.activated_at, a.ended_at, a.end_reason FROM activations a ",
            $rest
        )
    };
}
pub(crate) use activations;

macro_rules! installations {
    ($rest:literal) => {
        concat!("SELECT i.activation, i.id, i.key, i.generation, i.activated_at FROM installations i ", $rest)
    };
}
pub(crate) use installations;

pub(crate) fn activation(row: &Row) -> Result<Activation> {
    let mut columns = Columns::of(row);
    Ok(Activation {
        id: columns.id()?,
        license_id: columns.id()?,
        names: columns.names()?,
        os: columns.get()?,
        fingerprint: columns.json()?,
        activated_at: columns.at()?,
        ended: columns.end()?,
    })
}

pub(crate) fn installation(row: &Row) -> Result<Installation> {
    let mut columns = Columns::of(row);
    Ok(Installation {
        activation_id: columns.id()?,
        id: columns.id()?,
        key_id: columns.id()?,
        generation: columns.count()?,
        activated_at: columns.at()?,
    })
}

pub(crate) const WRITE: &str = "INSERT INTO activations (id, license, user_folded, user_written, device_name, \
     os_session, salt, os, fingerprint, activated_at, ended_at, end_reason) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS BYTEA[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[]), CAST($12 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET user_folded = excluded.user_folded, user_written = excluded.user_written, \
         device_name = excluded.device_name, os_session = excluded.os_session, salt = excluded.salt, \
         os = excluded.os, fingerprint = excluded.fingerprint, activated_at = excluded.activated_at, \
         ended_at = excluded.ended_at, end_reason = excluded.end_reason";

pub(crate) fn parameters(rows: &[&Activation]) -> Parameters {
    params![
        column(rows, |a| a.id.0),
        column(rows, |a| a.license_id.0),
        column(rows, |a| user_columns(&a.names).0),
        column(rows, |a| user_columns(&a.names).1.map(str::to_owned)),
        column(rows, |a| a.names.device_name.clone()),
        column(rows, |a| a.names.os_session.clone()),
        column(rows, |a| a.names.salt.map(|salt| salt.to_vec())),
        column(rows, |a| a.os.clone()),
        column(rows, |a| json!(a.fingerprint).to_string()),
        column(rows, |a| stored(a.activated_at)),
        column(rows, |a| ended_at(a.ended)),
        column(rows, |a| end_code(a.ended)),
    ]
}

/// Hashes that a device has no more.
pub(crate) const FORGET_HASHES: &str = "DELETE FROM devices WHERE license = $1 AND hash = ANY($2) AND activation = $3";

pub(crate) const WRITE_HASHES: &str = "INSERT INTO devices (license, hash, activation) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS UUID[])) ON CONFLICT DO NOTHING";

/// Those of trials that visitors began, known by their product as well.
pub(crate) const FORGET_TRIED: &str = "DELETE FROM trial_devices \
     WHERE product = (SELECT product FROM licenses WHERE id = $1) AND hash = ANY($2) AND activation = $3";

pub(crate) const WRITE_TRIED: &str = "INSERT INTO trial_devices (product, hash, activation) \
     SELECT l.product, d.hash, d.activation \
     FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS UUID[])) AS d (license, hash, activation) \
     CROSS JOIN LATERAL (SELECT s.product FROM licenses s WHERE s.id = d.license AND s.tried_by IS NOT NULL LIMIT 1) AS l \
     ON CONFLICT DO NOTHING";

/// A row for each hash of each device.
pub(crate) fn hash_parameters(rows: &[&Activation]) -> Parameters {
    let hashes: Vec<_> = rows.iter().flat_map(|a| a.fingerprint.iter().map(|hash| (*a, hash))).collect();
    params![
        hashes.iter().map(|(a, _)| a.license_id.0).collect::<Vec<_>>(),
        hashes.iter().map(|(_, hash)| (*hash).clone()).collect::<Vec<_>>(),
        hashes.iter().map(|(a, _)| a.id.0).collect::<Vec<_>>(),
    ]
}

pub(crate) const WRITE_INSTALLATIONS: &str = "INSERT INTO installations (activation, id, key, generation, activated_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS UUID[]), CAST($4 AS BIGINT[]), \
         CAST($5 AS BIGINT[])) \
     ON CONFLICT (activation, id) DO UPDATE SET key = excluded.key, generation = excluded.generation, \
         activated_at = excluded.activated_at";

pub(crate) fn installation_parameters(rows: &[&Installation]) -> Parameters {
    params![
        column(rows, |i| i.activation_id.0),
        column(rows, |i| i.id.0),
        column(rows, |i| i.key_id.0),
        column(rows, |i| i64::from(i.generation)),
        column(rows, |i| stored(i.activated_at)),
    ]
}
