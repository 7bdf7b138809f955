//! Sessions and checkouts.

use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::session::{Checkout, Leases, Session, Times};
use seatkeeper_store::code::{end_code, ended_at, micros, stored, user_columns};
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! sessions {
    ($rest:expr) => {
        concat!(
            "SELECT s.id, s.license, s.activation, s.holder, COALESCE(s.user_written, s.user_folded), s.device_name, \
             s.os_session, s.salt, s.version, s.address, s.checkouts, s.started_at, s.reclaim_hint, s.copy_ended_at, \
             s.ended_at, s.end_reason, s.overlap_until FROM sessions s ",
            $rest
        )
    };
}
pub(crate) use sessions;

macro_rules! checkouts {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.session, o.activation, o.installation, o.presented, o.given, o.odd, o.lease_until, \
             o.grace_until, o.back_by, o.refreshed_at, o.ended_at, o.end_reason FROM checkouts o ",
            $rest
        )
    };
}
pub(crate) use checkouts;

pub(crate) fn session(row: &Row) -> Result<Session> {
    let mut columns = Columns::of(row);
    Ok(Session {
        id: columns.id()?,
        license_id: columns.id()?,
        activation_id: columns.id()?,
        holder: HolderKey(columns.bytes()?),
        names: columns.names()?,
        version: columns.get()?,
        address: columns.get()?,
        checkouts: columns.count()?,
        started_at: columns.at()?,
        reclaim_hint: columns.at()?,
        copy_ended_at: columns.maybe_at()?,
        ended: columns.end()?,
        overlap_until: columns.maybe_at()?,
    })
}

pub(crate) fn checkout(row: &Row) -> Result<Checkout> {
    let mut columns = Columns::of(row);
    Ok(Checkout {
        id: columns.id()?,
        session_id: columns.id()?,
        activation_id: columns.id()?,
        installation_id: columns.id()?,
        leases: Leases { presented: columns.count()?, given: columns.count()?, odd: columns.count()? },
        times: Times { lease_until: columns.at()?, grace_until: columns.at()?, back_by: columns.maybe_at()? },
        refreshed_at: columns.at()?,
        ended: columns.end()?,
    })
}

macro_rules! sessions_sql {
    ($rest:literal) => {
        concat!(
            "INSERT INTO sessions (id, license, activation, holder, user_folded, user_written, \
     device_name, os_session, salt, version, address, checkouts, started_at, reclaim_hint, copy_ended_at, ended_at, \
     end_reason, overlap_until) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS UUID[]), CAST($4 AS BYTEA[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS BYTEA[]), \
         CAST($10 AS TEXT[]), CAST($11 AS TEXT[]), CAST($12 AS BIGINT[]), CAST($13 AS BIGINT[]), \
         CAST($14 AS BIGINT[]), CAST($15 AS BIGINT[]), CAST($16 AS BIGINT[]), CAST($17 AS BIGINT[]), \
         CAST($18 AS BIGINT[]))",
            $rest
        )
    };
}

/// Rows that are not there yet: PostgreSQL need not look for each before, nor make it in two steps.
pub(crate) const NEW: &str = sessions_sql!("");

pub(crate) const WRITE: &str = sessions_sql!(
    " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, user_folded = excluded.user_folded, \
         user_written = excluded.user_written, device_name = excluded.device_name, os_session = excluded.os_session, \
         salt = excluded.salt, address = excluded.address, checkouts = excluded.checkouts, \
         reclaim_hint = excluded.reclaim_hint, copy_ended_at = excluded.copy_ended_at, ended_at = excluded.ended_at, \
         end_reason = excluded.end_reason, overlap_until = excluded.overlap_until"
);

pub(crate) fn parameters(rows: &[&Session]) -> Parameters {
    let users: Vec<(Option<String>, Option<String>)> = rows
        .iter()
        .map(|s| {
            let (folded, written) = user_columns(&s.names);
            (folded, written.map(str::to_owned))
        })
        .collect();
    let (folded, written): (Vec<_>, Vec<_>) = users.into_iter().unzip();
    params![
        column(rows, |s| s.id.0),
        column(rows, |s| s.license_id.0),
        column(rows, |s| s.activation_id.0),
        column(rows, |s| s.holder.0.to_vec()),
        folded,
        written,
        column(rows, |s| s.names.device_name.clone()),
        column(rows, |s| s.names.os_session.clone()),
        column(rows, |s| s.names.salt.map(|salt| salt.to_vec())),
        column(rows, |s| s.version.clone()),
        column(rows, |s| s.address.clone()),
        column(rows, |s| i64::from(s.checkouts)),
        column(rows, |s| stored(s.started_at)),
        column(rows, |s| stored(s.reclaim_hint)),
        column(rows, |s| micros(s.copy_ended_at)),
        column(rows, |s| ended_at(s.ended)),
        column(rows, |s| end_code(s.ended)),
        column(rows, |s| micros(s.overlap_until)),
    ]
}

macro_rules! checkouts_sql {
    ($rest:literal) => {
        concat!(
            "INSERT INTO checkouts (id, session, activation, installation, presented, \
     given, odd, lease_until, grace_until, back_by, refreshed_at, ended_at, end_reason) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS UUID[]), CAST($4 AS UUID[]), \
         CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[]), \
         CAST($9 AS BIGINT[]), CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[]), CAST($12 AS BIGINT[]), \
         CAST($13 AS BIGINT[]))",
            $rest
        )
    };
}

/// Likewise.
pub(crate) const NEW_CHECKOUTS: &str = checkouts_sql!("");

pub(crate) const WRITE_CHECKOUTS: &str = checkouts_sql!(
    " ON CONFLICT (id) DO UPDATE SET presented = excluded.presented, given = excluded.given, odd = excluded.odd, \
         lease_until = excluded.lease_until, grace_until = excluded.grace_until, back_by = excluded.back_by, \
         refreshed_at = excluded.refreshed_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason"
);

pub(crate) fn checkout_parameters(rows: &[&Checkout]) -> Parameters {
    params![
        column(rows, |o| o.id.0),
        column(rows, |o| o.session_id.0),
        column(rows, |o| o.activation_id.0),
        column(rows, |o| o.installation_id.0),
        column(rows, |o| i64::from(o.leases.presented)),
        column(rows, |o| i64::from(o.leases.given)),
        column(rows, |o| i64::from(o.leases.odd)),
        column(rows, |o| stored(o.times.lease_until)),
        column(rows, |o| stored(o.times.grace_until)),
        column(rows, |o| micros(o.times.back_by)),
        column(rows, |o| stored(o.refreshed_at)),
        column(rows, |o| ended_at(o.ended)),
        column(rows, |o| end_code(o.ended)),
    ]
}
