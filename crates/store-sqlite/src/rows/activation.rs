//! Devices, the hashes by which they are known again, and the installations on them.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::activation::{Activation, Installation};
use serde_json::json;

use crate::row::{Columns, one, run};
use seatkeeper_store::code::{end_code, ended_at, stored, user_columns};

macro_rules! activation_columns {
    () => {
        "a.id, l.id, COALESCE(a.user_written, a.user_folded), a.device_name, a.os_session, a.salt, a.os, \
         a.fingerprint, a.activated_at, a.ended_at, a.end_reason"
    };
}
pub(crate) use activation_columns;

macro_rules! activations {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::rows::activation::activation_columns!(),
            " FROM activations a JOIN licenses l ON l.n = a.license ",
            $rest
        )
    };
}
pub(crate) use activations;

macro_rules! installations {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, a.id, k.id, i.generation, i.activated_at \
             FROM installations i JOIN activations a ON a.n = i.activation JOIN keys k ON k.n = i.key ",
            $rest
        )
    };
}
pub(crate) use installations;

/// A device, and with it the installation if it is there.
pub(crate) const WITH_INSTALLATION: &str = concat!(
    "SELECT ",
    activation_columns!(),
    ", i.id, a.id, k.id, i.generation, i.activated_at \
     FROM activations a JOIN licenses l ON l.n = a.license \
     LEFT JOIN installations i ON i.activation = a.n AND i.id = ?2 LEFT JOIN keys k ON k.n = i.key \
     WHERE a.id = ?1"
);

pub(crate) fn activation(row: &Row<'_>) -> Result<Activation> {
    activation_of(&mut Columns::of(row))
}

/// What [`WITH_INSTALLATION`] finds.
pub(crate) fn with_installation(row: &Row<'_>) -> Result<(Activation, Option<Installation>)> {
    let mut columns = Columns::of(row);
    let activation = activation_of(&mut columns)?;
    let installation = if columns.next_is_null()? { None } else { Some(installation_of(&mut columns)?) };
    Ok((activation, installation))
}

fn activation_of(columns: &mut Columns<'_, '_>) -> Result<Activation> {
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

pub(crate) fn installation(row: &Row<'_>) -> Result<Installation> {
    installation_of(&mut Columns::of(row))
}

fn installation_of(columns: &mut Columns<'_, '_>) -> Result<Installation> {
    Ok(Installation {
        id: columns.id()?,
        activation_id: columns.id()?,
        key_id: columns.id()?,
        generation: columns.get()?,
        activated_at: columns.at()?,
    })
}

pub(crate) fn write(conn: &Connection, activation: &Activation) -> Result<usize> {
    let fingerprint = json!(activation.fingerprint).to_string();
    let before =
        one(conn, "SELECT fingerprint FROM activations WHERE id = ?1", (activation.id.0.as_bytes(),), |row| {
            row.get::<_, String>(0)
        })?;
    let (folded, written) = user_columns(&activation.names);
    run(
        conn,
        "INSERT INTO activations (id, license, user_folded, user_written, device_name, os_session, salt, os,
             fingerprint, activated_at, ended_at, end_reason)
         VALUES (?1, (SELECT n FROM licenses WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO UPDATE SET user_folded = excluded.user_folded, user_written = excluded.user_written,
             device_name = excluded.device_name, os_session = excluded.os_session, salt = excluded.salt,
             os = excluded.os, fingerprint = excluded.fingerprint, activated_at = excluded.activated_at,
             ended_at = excluded.ended_at, end_reason = excluded.end_reason",
        (
            activation.id.0.as_bytes(),
            activation.license_id.0.as_bytes(),
            folded,
            written,
            &activation.names.device_name,
            &activation.names.os_session,
            activation.names.salt,
            &activation.os,
            &fingerprint,
            stored(activation.activated_at),
            ended_at(activation.ended),
            end_code(activation.ended),
        ),
    )?;
    match before {
        Some(before) if before == fingerprint => {}
        before => write_hashes(conn, activation, before.as_deref())?,
    }
    Ok(1)
}

/// Puts the device's hashes in place of those it had.
fn write_hashes(conn: &Connection, activation: &Activation, before: Option<&str>) -> Result<()> {
    let old: Vec<String> = before.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let (license, id) = (activation.license_id.0.as_bytes(), activation.id.0.as_bytes());
    for hash in old {
        run(
            conn,
            "DELETE FROM devices WHERE license = (SELECT n FROM licenses WHERE id = ?1) AND hash = ?2
                 AND activation = (SELECT n FROM activations WHERE id = ?3)",
            (license, &hash, id),
        )?;
        let sql = "DELETE FROM trial_devices WHERE product = (SELECT product FROM licenses WHERE id = ?1) AND hash = ?2
                AND activation = (SELECT n FROM activations WHERE id = ?3)";
        run(conn, sql, (license, hash, id))?;
    }
    for hash in &activation.fingerprint {
        run(
            conn,
            "INSERT INTO devices (license, hash, activation)
             VALUES ((SELECT n FROM licenses WHERE id = ?1), ?2, (SELECT n FROM activations WHERE id = ?3))
             ON CONFLICT DO NOTHING",
            (license, hash, id),
        )?;
        // Of trials that visitors began, known by their product as well.
        let sql = "INSERT INTO trial_devices (product, hash, activation)
             SELECT l.product, ?2, a.n FROM licenses l JOIN activations a ON a.id = ?3
                 WHERE l.id = ?1 AND l.tried_by IS NOT NULL
             ON CONFLICT DO NOTHING";
        run(conn, sql, (license, hash, id))?;
    }
    Ok(())
}

pub(crate) fn write_installation(conn: &Connection, installation: &Installation) -> Result<usize> {
    run(
        conn,
        "INSERT INTO installations (activation, id, key, generation, activated_at)
         VALUES ((SELECT n FROM activations WHERE id = ?1), ?2, (SELECT n FROM keys WHERE id = ?3), ?4, ?5)
         ON CONFLICT (activation, id) DO UPDATE SET key = excluded.key, generation = excluded.generation,
             activated_at = excluded.activated_at",
        (
            installation.activation_id.0.as_bytes(),
            installation.id.0.as_bytes(),
            installation.key_id.0.as_bytes(),
            installation.generation,
            stored(installation.activated_at),
        ),
    )
}
