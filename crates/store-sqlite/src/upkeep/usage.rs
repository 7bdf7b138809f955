//! Keeping how much was used of each hour.

use rusqlite::{Connection, Result, TransactionBehavior, params};
use seatkeeper_store::read::usage::Usage;

/// All or none, with the hour that they are kept until.
pub(super) fn keep(conn: &mut Connection, usage: &[Usage], until: i64, keep_from: i64) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for row in usage {
        tx.prepare_cached(
            "INSERT INTO usage (license, hour, peak, seat_seconds, seats, full_seconds, people, tries)
             SELECT n, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM licenses WHERE id = ?1
             ON CONFLICT (license, hour) DO UPDATE SET peak = excluded.peak, seat_seconds = excluded.seat_seconds,
                 seats = excluded.seats, full_seconds = excluded.full_seconds, people = excluded.people,
                 tries = excluded.tries",
        )?
        .execute(params![
            row.license_id.0.as_bytes(),
            row.hour,
            row.peak,
            row.seat_seconds.cast_signed(),
            row.seats,
            row.full_seconds.cast_signed(),
            row.people,
            row.tries,
        ])?;
    }
    tx.execute(
        "INSERT INTO usage_done (one, until) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET until = excluded.until",
        (until,),
    )?;
    tx.execute("DELETE FROM usage WHERE hour < ?1", (keep_from,))?;
    tx.commit()
}
