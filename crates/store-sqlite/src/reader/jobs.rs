//! What the server's own rounds look for.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use rusqlite::{Connection, Result};
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_domain::needs::Ending;
use seatkeeper_store::read::NamedRows;

use crate::row::{Columns, all};
use crate::rows::block;
use seatkeeper_store::code::stored;

pub(super) fn named_rows(conn: &Connection, customer: CustomerId, user: &str, limit: u32) -> Result<NamedRows> {
    // Licence by licence, in the order of the index by names: left to itself SQLite takes another, and walks all that ended.
    let named = (customer.0.as_bytes(), user, limit);
    let sessions = "SELECT s.id FROM licenses l CROSS JOIN sessions s ON s.license = l.n
        WHERE l.customer = (SELECT n FROM customers WHERE id = ?1) AND s.user_folded = ?2 AND s.ended_at IS NOT NULL
        ORDER BY l.n, s.started_at LIMIT ?3";
    let denials = "SELECT d.id FROM licenses l CROSS JOIN denials d ON d.license = l.n
        WHERE l.customer = (SELECT n FROM customers WHERE id = ?1) AND d.user_folded = ?2 LIMIT ?3";
    Ok(NamedRows {
        sessions: all(conn, sessions, named, |row| Columns::of(row).id())?,
        denials: all(conn, denials, named, |row| Columns::of(row).id())?,
    })
}

/// Goes on where the round before ended, so that licences whose seats may not be taken back yet do not keep
/// others from their turn.
pub(super) fn licenses_due(conn: &Connection, round: &AtomicI64, now: Timestamp, limit: u32) -> Result<Vec<LicenseId>> {
    let sql = "SELECT l.id, l.n FROM counters k JOIN licenses l ON l.n = k.license
        WHERE k.license > ?1 AND k.in_use > 0 AND EXISTS (SELECT 1 FROM sessions s
            WHERE s.license = k.license AND s.ended_at IS NULL AND s.reclaim_hint <= ?2)
        ORDER BY k.license LIMIT ?3";
    let params = (round.load(Ordering::Relaxed), stored(now), limit);
    let due: Vec<(LicenseId, i64)> = all(conn, sql, params, |row| {
        let mut columns = Columns::of(row);
        Ok((columns.id()?, columns.get()?))
    })?;
    let more = due.len() >= limit as usize;
    round.store(due.last().filter(|_| more).map_or(0, |(_, n)| *n), Ordering::Relaxed);
    Ok(due.into_iter().map(|(id, _)| id).collect())
}

/// Whether a session is live that has a copy on a device, `$device` being the column with its number.
macro_rules! a_copy_on {
    ($device:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM sessions s JOIN checkouts o ON o.session = s.n WHERE s.activation = ",
            $device,
            " AND s.ended_at IS NULL AND o.ended_at IS NULL AND o.joined_from IS NULL) \
             OR EXISTS (SELECT 1 FROM checkouts o JOIN sessions s ON s.n = o.session WHERE o.joined_from = ",
            $device,
            " AND o.ended_at IS NULL AND s.ended_at IS NULL)"
        )
    };
}

pub(super) fn unfinished_endings(conn: &Connection, limit: u32) -> Result<Vec<Ending>> {
    let blocks = concat!(
        "SELECT l.id, b.user_folded, a.id FROM blocks b \
         JOIN licenses l ON l.n = b.license LEFT JOIN activations a ON a.n = b.activation \
         WHERE EXISTS (SELECT 1 FROM sessions s \
             WHERE s.license = b.license AND s.user_folded = b.user_folded AND s.ended_at IS NULL) OR ",
        a_copy_on!("b.activation"),
        " LIMIT ?1"
    );
    let licenses = "SELECT l.id FROM licenses l JOIN counters k ON k.license = l.n
        WHERE l.status = 3 AND k.in_use > 0 LIMIT ?1";
    // After the blocks, which say better why a device's sessions end.
    let activations =
        concat!("SELECT a.id FROM activations a WHERE a.ended_at IS NOT NULL AND (", a_copy_on!("a.n"), ") LIMIT ?1");
    let mut endings = all(conn, licenses, (limit,), |row| Ok(Ending::License(Columns::of(row).id()?)))?;
    endings.extend(all(conn, blocks, (limit,), |row| {
        let mut columns = Columns::of(row);
        Ok(Ending::Blocked(columns.id()?, block::who(&mut columns)?))
    })?);
    endings.extend(all(conn, activations, (limit,), |row| Ok(Ending::Activation(Columns::of(row).id()?)))?);
    endings.truncate(limit as usize);
    Ok(endings)
}
