//! Episodes of refusals.

use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_store::code::{end_code, ended_at, requests, requests_text, stored, user_columns};
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! denials {
    ($rest:expr) => {
        concat!(
            "SELECT d.id, d.license, d.holder, d.activation, COALESCE(d.user_written, d.user_folded), d.device_name, \
             d.os_session, d.salt, d.version, d.code, d.detail, d.tries, d.first_at, d.last_at, d.seats, d.in_use, \
             d.outcome_at, d.outcome, d.requests FROM denials d ",
            $rest
        )
    };
}
pub(crate) use denials;

pub(crate) fn denial(row: &Row) -> Result<Denial> {
    let mut columns = Columns::of(row);
    Ok(Denial {
        id: columns.id()?,
        license_id: columns.id()?,
        holder: HolderKey(columns.bytes()?),
        activation_id: columns.maybe_id()?,
        names: columns.names()?,
        version: columns.get()?,
        code: columns.get()?,
        detail: columns.get()?,
        tries: columns.count()?,
        first_at: columns.at()?,
        last_at: columns.at()?,
        seats: columns.count()?,
        in_use: columns.count()?,
        outcome: columns.end()?,
        requests: requests(&columns.get::<String>()?),
    })
}

pub(crate) const WRITE: &str = "INSERT INTO denials (id, license, holder, activation, user_folded, user_written, \
     device_name, os_session, salt, version, code, detail, tries, first_at, last_at, seats, in_use, outcome_at, outcome, requests) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS BYTEA[]), CAST($4 AS UUID[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS BYTEA[]), \
         CAST($10 AS TEXT[]), CAST($11 AS TEXT[]), CAST($12 AS TEXT[]), CAST($13 AS BIGINT[]), \
         CAST($14 AS BIGINT[]), CAST($15 AS BIGINT[]), CAST($16 AS BIGINT[]), CAST($17 AS BIGINT[]), \
         CAST($18 AS BIGINT[]), CAST($19 AS BIGINT[]), CAST($20 AS TEXT[])) \
     ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, user_folded = excluded.user_folded, \
         user_written = excluded.user_written, device_name = excluded.device_name, os_session = excluded.os_session, \
         salt = excluded.salt, tries = excluded.tries, last_at = excluded.last_at, outcome_at = excluded.outcome_at, \
         outcome = excluded.outcome, requests = excluded.requests";

/// Their requests, to be found by.
pub(crate) const WRITE_TRIES: &str = "INSERT INTO tries (denial, slot, request) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS TEXT[])) \
     ON CONFLICT (denial, slot) DO UPDATE SET request = excluded.request WHERE tries.request <> excluded.request";

pub(crate) fn parameters(rows: &[&Denial]) -> Parameters {
    params![
        column(rows, |d| d.id.0),
        column(rows, |d| d.license_id.0),
        column(rows, |d| d.holder.0.to_vec()),
        column(rows, |d| d.activation_id.map(|id| id.0)),
        column(rows, |d| user_columns(&d.names).0),
        column(rows, |d| user_columns(&d.names).1.map(str::to_owned)),
        column(rows, |d| d.names.device_name.clone()),
        column(rows, |d| d.names.os_session.clone()),
        column(rows, |d| d.names.salt.map(|salt| salt.to_vec())),
        column(rows, |d| d.version.clone()),
        column(rows, |d| d.code.clone()),
        column(rows, |d| d.detail.clone()),
        column(rows, |d| i64::from(d.tries)),
        column(rows, |d| stored(d.first_at)),
        column(rows, |d| stored(d.last_at)),
        column(rows, |d| i64::from(d.seats)),
        column(rows, |d| i64::from(d.in_use)),
        column(rows, |d| ended_at(d.outcome)),
        column(rows, |d| end_code(d.outcome)),
        column(rows, requests_text),
    ]
}

pub(crate) fn try_parameters(rows: &[&Denial]) -> Parameters {
    let tries = rows.iter().flat_map(|d| (0_i64..).zip(&d.requests).map(|(slot, request)| (d.id.0, slot, &request.0)));
    let tries: Vec<_> = tries.collect();
    params![
        tries.iter().map(|(denial, _, _)| *denial).collect::<Vec<_>>(),
        tries.iter().map(|(_, slot, _)| *slot).collect::<Vec<_>>(),
        tries.iter().map(|(_, _, request)| (*request).clone()).collect::<Vec<_>>(),
    ]
}
