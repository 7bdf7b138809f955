//! Episodes of refusals.

use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::HolderKey;

use crate::row::{Columns, run};
use seatkeeper_store::code::{end_code, ended_at, requests, requests_text, stored, user_columns};

macro_rules! denials {
    ($rest:expr) => {
        concat!(
            "SELECT d.id, l.id, d.holder, a.id, COALESCE(d.user_written, d.user_folded), d.device_name, \
             d.os_session, d.salt, d.version, d.code, d.detail, d.tries, d.first_at, d.last_at, d.seats, d.in_use, \
             d.outcome_at, d.outcome, d.requests \
             FROM denials d JOIN licenses l ON l.n = d.license LEFT JOIN activations a ON a.n = d.activation ",
            $rest
        )
    };
}
pub(crate) use denials;

pub(crate) fn denial(row: &Row<'_>) -> Result<Denial> {
    let mut columns = Columns::of(row);
    Ok(Denial {
        id: columns.id()?,
        license_id: columns.id()?,
        holder: HolderKey(columns.get()?),
        activation_id: columns.maybe_id()?,
        names: columns.names()?,
        version: columns.get()?,
        code: columns.get()?,
        detail: columns.get()?,
        tries: columns.get()?,
        first_at: columns.at()?,
        last_at: columns.at()?,
        seats: columns.get()?,
        in_use: columns.get()?,
        outcome: columns.end()?,
        requests: requests(&columns.get::<String>()?),
    })
}

pub(crate) fn write(conn: &Connection, denial: &Denial) -> Result<usize> {
    let (folded, as_written) = user_columns(&denial.names);
    let written = run(
        conn,
        "INSERT INTO denials (id, license, holder, activation, user_folded, user_written, device_name, os_session,
             salt, version, code, detail, tries, first_at, last_at, seats, in_use, outcome_at, outcome, requests)
         VALUES (?1, (SELECT n FROM licenses WHERE id = ?2), ?3, (SELECT n FROM activations WHERE id = ?4),
             ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
         ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, user_folded = excluded.user_folded,
             user_written = excluded.user_written, device_name = excluded.device_name, os_session = excluded.os_session, salt = excluded.salt,
             tries = excluded.tries, last_at = excluded.last_at, outcome_at = excluded.outcome_at,
             outcome = excluded.outcome, requests = excluded.requests",
        params![
            denial.id.0.as_bytes(),
            denial.license_id.0.as_bytes(),
            denial.holder.0,
            denial.activation_id.as_ref().map(|id| id.0.as_bytes()),
            folded,
            as_written,
            denial.names.device_name,
            denial.names.os_session,
            denial.names.salt,
            denial.version,
            denial.code,
            denial.detail,
            denial.tries,
            stored(denial.first_at),
            stored(denial.last_at),
            denial.seats,
            denial.in_use,
            ended_at(denial.outcome),
            end_code(denial.outcome),
            requests_text(denial),
        ],
    )?;
    for (slot, request) in (0_i64..).zip(&denial.requests) {
        run(
            conn,
            "INSERT INTO tries (denial, slot, request) VALUES ((SELECT n FROM denials WHERE id = ?1), ?2, ?3)
             ON CONFLICT (denial, slot) DO UPDATE SET request = excluded.request WHERE request <> excluded.request",
            params![denial.id.0.as_bytes(), slot, request.0],
        )?;
    }
    Ok(written)
}
