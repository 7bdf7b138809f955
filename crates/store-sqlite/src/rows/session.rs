//! Sessions and checkouts.

use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::session::{Checkout, Leases, Session, Times};

use crate::row::{Columns, run};
use seatkeeper_store::code::{end_code, ended_at, micros, stored, user_columns};

macro_rules! session_columns {
    ($activation:literal) => {
        concat!(
            "s.id, l.id, ",
            $activation,
            ".id, s.holder, COALESCE(s.user_written, s.user_folded), s.device_name, \
             s.os_session, s.salt, s.version, s.address, s.checkouts, s.started_at, s.reclaim_hint, s.copy_ended_at, s.ended_at, s.end_reason, \
             s.overlap_until, s.n"
        )
    };
}
pub(crate) use session_columns;

macro_rules! sessions {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            $crate::rows::session::session_columns!("a"),
            " FROM sessions s JOIN licenses l ON l.n = s.license JOIN activations a ON a.n = s.activation ",
            $rest
        )
    };
}
pub(crate) use sessions;

macro_rules! checkout_columns {
    () => {
        "o.id, s.id, a.id, i.id, o.presented, o.given, o.odd, o.lease_until, o.grace_until, o.back_by, \
         o.refreshed_at, o.ended_at, o.end_reason"
    };
}
pub(crate) use checkout_columns;

macro_rules! checkouts {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::rows::session::checkout_columns!(),
            " FROM checkouts o JOIN sessions s ON s.n = o.session JOIN installations i ON i.n = o.installation \
             JOIN activations a ON a.n = i.activation ",
            $rest
        )
    };
}
pub(crate) use checkouts;

/// A checkout with its session, which is not always of the same device.
pub(crate) const WITH_SESSION: &str = concat!(
    "SELECT ",
    checkout_columns!(),
    ", ",
    session_columns!("b"),
    " FROM checkouts o JOIN sessions s ON s.n = o.session JOIN installations i ON i.n = o.installation \
     JOIN activations a ON a.n = i.activation JOIN licenses l ON l.n = s.license JOIN activations b ON b.n = s.activation \
     WHERE o.id = ?1"
);

pub(crate) fn session(row: &Row<'_>) -> Result<Session> {
    columns(&mut Columns::of(row))
}

/// A session with its number in this file.
pub(crate) fn numbered(row: &Row<'_>) -> Result<(i64, Session)> {
    let mut all = Columns::of(row);
    let session = columns(&mut all)?;
    Ok((all.get()?, session))
}

pub(crate) fn columns(columns: &mut Columns<'_, '_>) -> Result<Session> {
    Ok(Session {
        id: columns.id()?,
        license_id: columns.id()?,
        activation_id: columns.id()?,
        holder: HolderKey(columns.get()?),
        names: columns.names()?,
        version: columns.get()?,
        address: columns.get()?,
        checkouts: columns.get()?,
        started_at: columns.at()?,
        reclaim_hint: columns.at()?,
        copy_ended_at: columns.maybe_at()?,
        ended: columns.end()?,
        overlap_until: columns.maybe_at()?,
    })
}

pub(crate) fn checkout(row: &Row<'_>) -> Result<Checkout> {
    checkout_of(&mut Columns::of(row))
}

/// What [`WITH_SESSION`] finds.
pub(crate) fn with_session(row: &Row<'_>) -> Result<(Checkout, Session)> {
    let mut all = Columns::of(row);
    Ok((checkout_of(&mut all)?, columns(&mut all)?))
}

fn checkout_of(columns: &mut Columns<'_, '_>) -> Result<Checkout> {
    Ok(Checkout {
        id: columns.id()?,
        session_id: columns.id()?,
        activation_id: columns.id()?,
        installation_id: columns.id()?,
        leases: Leases { presented: columns.get()?, given: columns.get()?, odd: columns.get()? },
        times: Times { lease_until: columns.at()?, grace_until: columns.at()?, back_by: columns.maybe_at()? },
        refreshed_at: columns.at()?,
        ended: columns.end()?,
    })
}

pub(crate) fn write(conn: &Connection, session: &Session) -> Result<usize> {
    let (folded, written) = user_columns(&session.names);
    run(
        conn,
        "INSERT INTO sessions (id, license, activation, holder, user_folded, user_written, device_name, os_session,
             salt, version, address, checkouts, started_at, reclaim_hint, copy_ended_at, ended_at, end_reason,
             overlap_until)
         VALUES (?1, (SELECT n FROM licenses WHERE id = ?2), (SELECT n FROM activations WHERE id = ?3),
             ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
         ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, user_folded = excluded.user_folded,
             user_written = excluded.user_written, device_name = excluded.device_name,
             os_session = excluded.os_session, salt = excluded.salt, address = excluded.address,
             checkouts = excluded.checkouts, reclaim_hint = excluded.reclaim_hint,
             copy_ended_at = excluded.copy_ended_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason,
             overlap_until = excluded.overlap_until",
        params![
            session.id.0.as_bytes(),
            session.license_id.0.as_bytes(),
            session.activation_id.0.as_bytes(),
            session.holder.0,
            folded,
            written,
            session.names.device_name,
            session.names.os_session,
            session.names.salt,
            session.version,
            session.address,
            session.checkouts,
            stored(session.started_at),
            stored(session.reclaim_hint),
            micros(session.copy_ended_at),
            ended_at(session.ended),
            end_code(session.ended),
            micros(session.overlap_until),
        ],
    )
}

/// Writes a session that is there already, all but what never changes.
pub(crate) fn update(conn: &Connection, session: &Session) -> Result<usize> {
    let (folded, written) = user_columns(&session.names);
    run(
        conn,
        "UPDATE sessions SET holder = ?2, user_folded = ?3, user_written = ?4, device_name = ?5, os_session = ?6,
             salt = ?7, address = ?8, checkouts = ?9, reclaim_hint = ?10, copy_ended_at = ?11, ended_at = ?12,
             end_reason = ?13, overlap_until = ?14
         WHERE id = ?1",
        params![
            session.id.0.as_bytes(),
            session.holder.0,
            folded,
            written,
            session.names.device_name,
            session.names.os_session,
            session.names.salt,
            session.address,
            session.checkouts,
            stored(session.reclaim_hint),
            micros(session.copy_ended_at),
            ended_at(session.ended),
            end_code(session.ended),
            micros(session.overlap_until),
        ],
    )
}

/// Writes a checkout; `session` is the one it belongs to.
pub(crate) fn write_checkout(conn: &Connection, checkout: &Checkout, session: &Session) -> Result<usize> {
    // The device again, where only that leads from a device to the copies on it.
    let joined_from = Some(checkout.activation_id).filter(|device| *device != session.activation_id);
    run(
        conn,
        "INSERT INTO checkouts (id, session, installation, presented, given, odd, lease_until, grace_until, back_by,
             refreshed_at, ended_at, end_reason, joined_from)
         VALUES (?1, (SELECT n FROM sessions WHERE id = ?2),
             (SELECT i.n FROM installations i JOIN activations a ON a.n = i.activation WHERE a.id = ?3 AND i.id = ?4),
             ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, (SELECT n FROM activations WHERE id = ?14))
         ON CONFLICT (id) DO UPDATE SET presented = excluded.presented, given = excluded.given, odd = excluded.odd,
             lease_until = excluded.lease_until, grace_until = excluded.grace_until, back_by = excluded.back_by,
             refreshed_at = excluded.refreshed_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason",
        (
            checkout.id.0.as_bytes(),
            checkout.session_id.0.as_bytes(),
            checkout.activation_id.0.as_bytes(),
            checkout.installation_id.0.as_bytes(),
            checkout.leases.presented,
            checkout.leases.given,
            checkout.leases.odd,
            stored(checkout.times.lease_until),
            stored(checkout.times.grace_until),
            micros(checkout.times.back_by),
            stored(checkout.refreshed_at),
            ended_at(checkout.ended),
            end_code(checkout.ended),
            joined_from.as_ref().map(|device| device.0.as_bytes()),
        ),
    )
}

/// Writes a checkout that is there already, all but what never changes.
pub(crate) fn update_checkout(conn: &Connection, checkout: &Checkout) -> Result<usize> {
    run(
        conn,
        "UPDATE checkouts SET presented = ?2, given = ?3, odd = ?4, lease_until = ?5, grace_until = ?6, back_by = ?7,
             refreshed_at = ?8, ended_at = ?9, end_reason = ?10
         WHERE id = ?1",
        (
            checkout.id.0.as_bytes(),
            checkout.leases.presented,
            checkout.leases.given,
            checkout.leases.odd,
            stored(checkout.times.lease_until),
            stored(checkout.times.grace_until),
            micros(checkout.times.back_by),
            stored(checkout.refreshed_at),
            ended_at(checkout.ended),
            end_code(checkout.ended),
        ),
    )
}
