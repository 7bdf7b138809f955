//! Licences and their counters.

use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::{Counters, License, folded_serial};
use seatkeeper_store::code::{Code, micros, stored};
use serde_json::json;
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

// The counters are looked up for each licence, however few the planner believes that there are of either: see `load`.
macro_rules! licenses {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, l.customer, l.product, l.serial_number, l.model, l.grants, l.features, l.term, l.policy, \
             l.status, l.status_reason, l.legacy, l.external_id, l.metadata, l.revision, l.ever_blocked, l.resumed_at, \
             l.created_at, l.request, l.tried_by, k.in_use, k.ceiling, k.devices, k.moves, k.moves_since, k.chain_length, k.chain_hash \
             FROM licenses l CROSS JOIN LATERAL (SELECT * FROM counters c WHERE c.license = l.id LIMIT 1) k ",
            $rest
        )
    };
}
pub(crate) use licenses;

pub(crate) fn license(row: &Row) -> Result<(License, Counters)> {
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
        revision: columns.count()?,
        ever_blocked: columns.get()?,
        resumed_at: columns.maybe_at()?,
        created_at: columns.at()?,
        request: columns.json()?,
        tried_by: columns.maybe_id()?,
    };
    let counters = Counters {
        in_use: columns.count()?,
        ceiling: columns.count()?,
        devices: columns.count()?,
        moves: columns.count()?,
        moves_since: columns.maybe_at()?,
        chain: columns.chain()?,
    };
    Ok((license, counters))
}

pub(crate) const WRITE: &str = "INSERT INTO licenses (id, customer, product, serial_number, serial_folded, model, \
     grants, features, term, policy, status, status_reason, legacy, external_id, metadata, revision, ever_blocked, \
     resumed_at, created_at, request, requested_at, tried_by) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS UUID[]), CAST($4 AS TEXT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS BIGINT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), \
         CAST($10 AS TEXT[]), CAST($11 AS BIGINT[]), CAST($12 AS TEXT[]), CAST($13 AS BIGINT[]), CAST($14 AS TEXT[]), \
         CAST($15 AS TEXT[]), CAST($16 AS BIGINT[]), CAST($17 AS BOOLEAN[]), CAST($18 AS BIGINT[]), \
         CAST($19 AS BIGINT[]), CAST($20 AS TEXT[]), CAST($21 AS BIGINT[]), CAST($22 AS UUID[])) \
     ON CONFLICT (id) DO UPDATE SET serial_number = excluded.serial_number, serial_folded = excluded.serial_folded, \
         grants = excluded.grants, features = excluded.features, term = excluded.term, policy = excluded.policy, \
         status = excluded.status, status_reason = excluded.status_reason, external_id = excluded.external_id, \
         metadata = excluded.metadata, revision = excluded.revision, ever_blocked = excluded.ever_blocked, \
         resumed_at = excluded.resumed_at, request = excluded.request, requested_at = excluded.requested_at";

pub(crate) fn parameters(rows: &[&License]) -> Parameters {
    params![
        column(rows, |l| l.id.0),
        column(rows, |l| l.customer_id.0),
        column(rows, |l| l.product_id.0),
        column(rows, |l| l.serial_number.clone()),
        column(rows, |l| folded_serial(&l.serial_number)),
        column(rows, |l| l.model.code()),
        column(rows, |l| json!(l.grants).to_string()),
        column(rows, |l| json!(l.features).to_string()),
        column(rows, |l| json!(l.term).to_string()),
        column(rows, |l| json!(l.policy).to_string()),
        column(rows, |l| l.status.code()),
        column(rows, |l| l.status_reason.clone()),
        column(rows, |l| l.legacy.map(Code::code)),
        column(rows, |l| l.external_id.clone()),
        column(rows, |l| json!(l.metadata).to_string()),
        column(rows, |l| l.revision.cast_signed()),
        column(rows, |l| l.ever_blocked),
        column(rows, |l| micros(l.resumed_at)),
        column(rows, |l| stored(l.created_at)),
        column(rows, |l| json!(l.request).to_string()),
        column(rows, |l| micros(l.requested_at())),
        column(rows, |l| l.tried_by.map(|id| id.0)),
    ]
}

pub(crate) const WRITE_COUNTERS: &str = "INSERT INTO counters (license, in_use, ceiling, devices, moves, moves_since, \
     chain_length, chain_hash) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]), \
         CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BYTEA[])) \
     ON CONFLICT (license) DO UPDATE SET in_use = excluded.in_use, ceiling = excluded.ceiling, \
         devices = excluded.devices, moves = excluded.moves, moves_since = excluded.moves_since, \
         chain_length = excluded.chain_length, chain_hash = excluded.chain_hash";

pub(crate) fn counters_parameters(rows: &[&(LicenseId, Counters)]) -> Parameters {
    params![
        column(rows, |(id, _)| id.0),
        column(rows, |(_, c)| i64::from(c.in_use)),
        column(rows, |(_, c)| i64::from(c.ceiling)),
        column(rows, |(_, c)| i64::from(c.devices)),
        column(rows, |(_, c)| i64::from(c.moves)),
        column(rows, |(_, c)| micros(c.moves_since)),
        column(rows, |(_, c)| c.chain.length.cast_signed()),
        column(rows, |(_, c)| c.chain.hash.to_vec()),
    ]
}
