//! The schema's steps, and the runner that takes a file from the step it is at to the last.

use rusqlite::{Connection, OptionalExtension, Result, TransactionBehavior};
use seatkeeper_store::migrate::HALF_COPIED;

const FILES: [&str; 11] = [
    include_str!("schema/1-books.sql"),
    include_str!("schema/2-seats.sql"),
    include_str!("schema/3-record.sql"),
    include_str!("schema/4-people.sql"),
    include_str!("schema/5-usage.sql"),
    include_str!("schema/6-requests.sql"),
    include_str!("schema/7-finding.sql"),
    include_str!("schema/8-free-page.sql"),
    include_str!("schema/9-asks.sql"),
    include_str!("schema/10-timelines.sql"),
    include_str!("schema/11-devices.sql"),
];

/// The last step that this version knows, which is the one it writes by.
pub(crate) const LATEST: u32 = 82;

/// The earliest `LATEST` of a version that can still serve a file at this version's last step. A step that
/// only adds what older versions leave alone does not raise it.
pub(crate) const SERVES: u32 = 51;

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// At a step that this version serves.
    Served,
    /// Beyond what this version serves.
    Newer {
        /// Its last step.
        found: u32,
    },
    /// A copy of other books that is not finished.
    HalfCopied,
}

/// Takes the file to the last step, whole or not at all, unless it is there already or beyond.
pub(crate) fn migrate(conn: &mut Connection) -> Result<Standing> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema
             (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, serves INTEGER NOT NULL)",
    )?;
    let standing = standing(&tx)?;
    let at = version(&tx)?.map_or(0, |(version, _)| version);
    if standing != Standing::Served || at >= LATEST {
        return Ok(standing);
    }
    if at > 0 {
        tracing::info!(from = at, to = LATEST, "changing the schema");
    }
    for (_, statement) in steps().filter(|(number, _)| *number > at) {
        tx.execute_batch(statement)?;
    }
    tx.execute(
        "INSERT INTO schema (one, version, serves) VALUES (1, ?1, ?2)
         ON CONFLICT (one) DO UPDATE SET version = excluded.version, serves = excluded.serves",
        (LATEST, SERVES),
    )?;
    tx.commit()?;
    Ok(standing)
}

/// Whether this version serves the file, which has a schema.
pub(crate) fn standing(conn: &Connection) -> Result<Standing> {
    Ok(match version(conn)? {
        Some((_, HALF_COPIED)) => Standing::HalfCopied,
        Some((found, serves)) if serves > LATEST => Standing::Newer { found },
        _ => Standing::Served,
    })
}

fn version(conn: &Connection) -> Result<Option<(u32, u32)>> {
    conn.query_row("SELECT version, serves FROM schema", [], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Each step's number and its statement.
fn steps() -> impl Iterator<Item = (u32, &'static str)> {
    FILES.iter().flat_map(|file| file.split("-- step ").skip(1)).filter_map(|step| {
        let (head, statement) = step.split_once('\n')?;
        let number = head.split_once(':').map_or(head, |(number, _)| number);
        Some((number.trim().parse().ok()?, statement))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_gaps_and_hold_one_statement_each() {
        let numbers: Vec<u32> = steps().map(|(number, _)| number).collect();
        const OF_SERVERS_THAT_SHARE: u32 = 42;
        assert_eq!(numbers, (1..=LATEST).filter(|number| *number != OF_SERVERS_THAT_SHARE).collect::<Vec<_>>());
        for (number, statement) in steps() {
            let code: String = statement.lines().filter(|line| !line.starts_with("--")).collect();
            assert_eq!(code.matches(';').count(), 1, "step {number}");
        }
    }

    #[test]
    fn a_file_is_taken_to_the_last_step_once() {
        let mut conn = Connection::open_in_memory().unwrap();
        assert_eq!(migrate(&mut conn).unwrap(), Standing::Served);
        assert_eq!(version(&conn).unwrap(), Some((LATEST, SERVES)));
        assert_eq!(migrate(&mut conn).unwrap(), Standing::Served);
    }

    #[test]
    fn a_later_file_is_served_only_where_it_says_so() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn).unwrap();
        conn.execute("UPDATE schema SET version = 99", []).unwrap();
        assert_eq!(migrate(&mut conn).unwrap(), Standing::Served);
        conn.execute("UPDATE schema SET serves = 98", []).unwrap();
        assert_eq!(migrate(&mut conn).unwrap(), Standing::Newer { found: 99 });
        assert_eq!(version(&conn).unwrap(), Some((99, 98)), "left as it was");
    }
}
