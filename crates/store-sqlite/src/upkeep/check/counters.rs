//! Counters against the rows that they count.

use rusqlite::{Connection, Result};
use uuid::Uuid;

use super::Findings;

/// Each counts rows two ways: whose, what the counter says, how many rows there are.
const COUNTS: [(&str, &str); 3] = [
    (
        "licence {id} counts {counted} seats in use, and {rows} sessions are live",
        "SELECT l.id, k.in_use AS counted, (SELECT COUNT(*) FROM sessions s
             WHERE s.license = l.n AND s.ended_at IS NULL) AS actual
         FROM licenses l LEFT JOIN counters k ON k.license = l.n WHERE counted IS NOT actual",
    ),
    (
        "licence {id} counts {counted} devices, and {rows} are admitted",
        "SELECT l.id, k.devices AS counted, (SELECT COUNT(*) FROM activations a
             WHERE a.license = l.n AND a.ended_at IS NULL) AS actual
         FROM licenses l LEFT JOIN counters k ON k.license = l.n WHERE counted IS NOT actual",
    ),
    (
        "session {id} counts {counted} copies, and {rows} checkouts are live",
        "SELECT s.id, s.checkouts AS counted, (SELECT COUNT(*) FROM checkouts o
             WHERE o.session = s.n AND o.ended_at IS NULL) AS actual
         FROM sessions s WHERE s.ended_at IS NULL AND counted IS NOT actual",
    ),
];

pub(super) fn check(conn: &Connection, findings: &mut Findings) -> Result<()> {
    for (sentence, sql) in COUNTS {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let (id, counted, rows): ([u8; 16], Option<i64>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let counted = counted.map_or("no".to_owned(), |counted| counted.to_string());
            let sentence = sentence
                .replace("{id}", &Uuid::from_bytes(id).to_string())
                .replace("{counted}", &counted)
                .replace("{rows}", &rows.to_string());
            findings.add("counters", sentence);
        }
    }
    Ok(())
}
