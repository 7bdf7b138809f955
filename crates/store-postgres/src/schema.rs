//! The schema's steps, and the runner that takes a database from the step it is at to the last, whoever else does the same.

use seatkeeper_store::StoreError;
use seatkeeper_store::migrate::HALF_COPIED;

use crate::link::{Link, Pipeline, params};
use crate::row::Columns;

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

/// The earliest `LATEST` of a version that can still serve a database at this version's last step. A step that only adds
/// what older versions leave alone does not raise it: servers are replaced one after another while the others serve.
pub(crate) const SERVES: u32 = 51;

/// Where a database stands.
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

impl Standing {
    /// At a last step, with the oldest version that serves it.
    fn at(found: u32, serves: u32) -> Self {
        match serves {
            HALF_COPIED => Self::HalfCopied,
            serves if serves > LATEST => Self::Newer { found },
            _ => Self::Served,
        }
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version \
     (one BIGINT PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL, serves BIGINT NOT NULL)";
const UNBOUNDED: [&str; 3] =
    ["SET statement_timeout = 0", "SET lock_timeout = 0", "SET idle_in_transaction_session_timeout = 0"];
const ROW: &str = "INSERT INTO schema_version (one, version, serves) VALUES (1, 0, 0) ON CONFLICT (one) DO NOTHING";
const STANDING: &str = "SELECT version, serves FROM schema_version WHERE one = 1";
/// Whoever holds it takes the steps; the others wait, and find them taken.
const LOCK: &str = "SELECT version, serves FROM schema_version WHERE one = 1 FOR UPDATE";
const TAKEN: &str = "UPDATE schema_version SET version = $1, serves = $2 WHERE one = 1";

/// Takes the database to the last step, unless it is there already or beyond. Each step is a transaction of its own, so that
/// what breaks off is gone on with.
pub(crate) async fn migrate(link: &Link) -> Result<Standing, StoreError> {
    // Where nothing is to be done nobody is locked out, and nobody needs the right to make tables.
    if let Ok((at, serves)) = standing(link, STANDING).await
        && at >= LATEST
    {
        return Ok(Standing::at(at, serves));
    }
    // A step on large books takes as long as it takes, and who comes second waits for it.
    for unbounded in UNBOUNDED {
        if let Err(StoreError::Lost(why)) = link.plain(unbounded).await {
            return Err(StoreError::Lost(why));
        }
    }
    // Two servers that make the table at the same instant: one of them is told that it is there.
    if let Err(StoreError::Lost(why)) = link.plain(TABLE).await {
        return Err(StoreError::Lost(why));
    }
    link.plain(ROW).await?;
    loop {
        link.plain("BEGIN").await?;
        let (at, serves) = standing(link, LOCK).await?;
        let next = steps().find(|(number, _)| *number == at + 1);
        let Some((number, statement)) = next.filter(|_| serves <= LATEST) else {
            link.plain("COMMIT").await?;
            return Ok(Standing::at(at, serves));
        };
        if number == 1 || number == LATEST {
            tracing::info!(step = number, "the database's schema is taken on");
        }
        link.patiently(statement).await?;
        let mut taken = Pipeline::default();
        taken.ask(TAKEN, params![i64::from(number), i64::from(serves.max(if number == LATEST { SERVES } else { 0 }))]);
        link.send(taken).await?;
        link.plain("COMMIT").await?;
    }
}

/// The last step, and the oldest version that serves it.
async fn standing(link: &Link, sql: &'static str) -> Result<(u32, u32), StoreError> {
    let mut asked = Pipeline::default();
    let row = asked.ask(sql, params![]);
    let told = link.send(asked).await?;
    let row = told.rows(row).first().ok_or_else(|| StoreError::Fault("the schema's row is gone".to_owned()))?;
    let mut columns = Columns::of(row);
    Ok((columns.count()?, columns.count()?))
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
        assert_eq!(numbers, (1..=LATEST).collect::<Vec<_>>());
        for (number, statement) in steps() {
            let code: String = statement.lines().filter(|line| !line.starts_with("--")).collect();
            assert_eq!(code.matches(';').count(), 1, "step {number}");
        }
    }
}
