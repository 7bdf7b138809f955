//! Reading everything and saying what is wrong: rows whose parents are gone, counters against rows, every lane and every chain
//! of events, names against what the chains committed to. It mends nothing. Whether its files are sound the database says.

mod chain;
mod names;
mod rows;

use seatkeeper_store::StoreError;
use seatkeeper_store::check::Findings;
use seatkeeper_store::write::{Finding, Progress};

use crate::pool::Transaction;
use crate::row::Result;

/// What is wrong, as the books are at one instant.
pub(super) fn check(at: &Transaction, progress: Progress<'_>) -> Result<Vec<Finding>> {
    let mut findings = Findings::default();
    part(&mut findings, "integrity", |found| rows::parents(at, found))?;
    part(&mut findings, "counters", |found| rows::counters(at, found))?;
    part(&mut findings, "chain", |found| chain::check(at, found, progress))?;
    Ok(findings.all)
}

/// One part of the check. That it cannot be read to its end for what stands there is a finding; that the database is away is
/// none.
fn part(findings: &mut Findings, what: &'static str, check: impl FnOnce(&mut Findings) -> Result<()>) -> Result<()> {
    match check(findings) {
        Err(error @ StoreError::Unavailable(_)) => {
            findings.add(what, format!("cannot be read to the end: {error}"));
            Ok(())
        }
        outcome => outcome,
    }
}
