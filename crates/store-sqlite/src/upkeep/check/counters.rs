//! Counters against the rows that they count.

use rusqlite::{Connection, Result};
use seatkeeper_store::check::{Counted, Findings};
use uuid::Uuid;

/// Each counts rows two ways: whose, what the counter says, how many rows there are.
const COUNTS: [(Counted, &str); 3] = [
    (
        Counted::Seats,
        "SELECT l.id, k.in_use AS counted, (SELECT COUNT(*) FROM sessions s
             WHERE s.license = l.n AND s.ended_at IS NULL) AS actual
         FROM licenses l LEFT JOIN counters k ON k.license = l.n WHERE counted IS NOT actual",
    ),
    (
        Counted::Devices,
        "SELECT l.id, k.devices AS counted, (SELECT COUNT(*) FROM activations a
             WHERE a.license = l.n AND a.ended_at IS NULL) AS actual
         FROM licenses l LEFT JOIN counters k ON k.license = l.n WHERE counted IS NOT actual",
    ),
    (
        Counted::Copies,
        "SELECT s.id, s.checkouts AS counted, (SELECT COUNT(*) FROM checkouts o
             WHERE o.session = s.n AND o.ended_at IS NULL) AS actual
         FROM sessions s WHERE s.ended_at IS NULL AND counted IS NOT actual",
    ),
];

pub(super) fn check(conn: &Connection, findings: &mut Findings) -> Result<()> {
    for (what, sql) in COUNTS {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            findings.miscounted(what, Uuid::from_bytes(row.get(0)?), row.get(1)?, row.get(2)?);
        }
    }
    Ok(())
}
