//! Reading everything and saying what is wrong: the file itself, counters against rows, every chain of
//! events, names against what the chains committed to. It mends nothing.

mod chain;
mod counters;
mod names;

use rusqlite::{Connection, Result};
use seatkeeper_store::check::Findings;
use seatkeeper_store::write::{Finding, Progress};

/// What is wrong, as the file is at one instant. Damage is a finding; only a file that cannot be opened is a failure.
pub(crate) fn check(conn: &Connection, progress: Progress<'_>) -> Result<Vec<Finding>> {
    let instant = conn.unchecked_transaction()?;
    let mut findings = Findings::default();
    part(&mut findings, "integrity", |found| integrity(&instant, found));
    part(&mut findings, "counters", |found| counters::check(&instant, found));
    part(&mut findings, "chain", |found| chain::check(&instant, found, progress));
    Ok(findings.all)
}

fn integrity(conn: &Connection, findings: &mut Findings) -> Result<()> {
    let mut statement = conn.prepare("PRAGMA integrity_check(200)")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            findings.add("integrity", line);
        }
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        findings.add("integrity", format!("a row of {table} names a row of {parent} that is gone"));
    }
    Ok(())
}

/// One part of the check. That it cannot be read to its end is a finding too.
fn part(findings: &mut Findings, what: &'static str, check: impl FnOnce(&mut Findings) -> Result<()>) {
    if let Err(error) = check(findings) {
        findings.add(what, format!("cannot be read to the end: {error}"));
    }
}
