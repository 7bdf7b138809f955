//! What the servers' own rounds look for.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_domain::needs::Ending;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::NamedRows;
use uuid::Uuid;

use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::block;

pub(super) fn named_rows(at: &Transaction, customer: CustomerId, user: &str, limit: u32) -> Result<NamedRows> {
    let named = || params![customer.0, user.to_owned(), i64::from(limit)];
    let sessions = "SELECT s.id FROM licenses l JOIN sessions s ON s.license = l.id \
         WHERE l.customer = $1 AND s.user_folded = $2 AND s.ended_at IS NOT NULL LIMIT $3";
    let denials = "SELECT d.id FROM licenses l JOIN denials d ON d.license = l.id \
         WHERE l.customer = $1 AND d.user_folded = $2 LIMIT $3";
    Ok(NamedRows {
        sessions: at.all(sessions, named(), |row| Columns::of(row).id())?,
        denials: at.all(denials, named(), |row| Columns::of(row).id())?,
    })
}

/// Goes on where the round before ended, so that licences whose seats may not be taken back yet do not keep
/// others from their turn.
pub(super) fn licenses_due(
    at: &Transaction,
    round: &Mutex<Uuid>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<LicenseId>> {
    let sql = "SELECT k.license FROM counters k WHERE k.license > $1 AND k.in_use > 0 AND EXISTS (SELECT 1 \
             FROM sessions s WHERE s.license = k.license AND s.ended_at IS NULL AND s.reclaim_hint <= $2) \
         ORDER BY k.license LIMIT $3";
    let mut round = round.lock().unwrap_or_else(PoisonError::into_inner);
    let due: Vec<LicenseId> =
        at.all(sql, params![*round, stored(now), i64::from(limit)], |row| Columns::of(row).id())?;
    let more = due.len() >= limit as usize;
    *round = due.last().filter(|_| more).map_or(Uuid::nil(), |license| license.0);
    Ok(due)
}

/// Whether a session is live that has a copy on a device, `$device` being the column with its id.
macro_rules! a_copy_on {
    ($device:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM checkouts o JOIN sessions s ON s.id = o.session WHERE o.activation = ",
            $device,
            " AND o.ended_at IS NULL AND s.ended_at IS NULL)"
        )
    };
}

pub(super) fn unfinished_endings(at: &Transaction, limit: u32) -> Result<Vec<Ending>> {
    let blocks = concat!(
        "SELECT b.license, b.user_folded, b.activation FROM blocks b WHERE EXISTS (SELECT 1 FROM sessions s \
             WHERE s.license = b.license AND s.user_folded = b.user_folded AND s.ended_at IS NULL) OR ",
        a_copy_on!("b.activation"),
        " LIMIT $1"
    );
    let licenses = "SELECT l.id FROM licenses l JOIN counters k ON k.license = l.id \
         WHERE l.status = 3 AND k.in_use > 0 LIMIT $1";
    // After the blocks, which say better why a device's sessions end.
    let activations =
        concat!("SELECT a.id FROM activations a WHERE a.ended_at IS NOT NULL AND ", a_copy_on!("a.id"), " LIMIT $1");
    let most = || params![i64::from(limit)];
    let mut endings = at.all(licenses, most(), |row| Ok(Ending::License(Columns::of(row).id()?)))?;
    endings.extend(at.all(blocks, most(), |row| {
        let mut columns = Columns::of(row);
        Ok(Ending::Blocked(columns.id()?, block::who(&mut columns)?))
    })?);
    endings.extend(at.all(activations, most(), |row| Ok(Ending::Activation(Columns::of(row).id()?)))?);
    endings.truncate(limit as usize);
    Ok(endings)
}
