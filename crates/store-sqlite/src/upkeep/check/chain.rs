//! Every event along the lane, and in it every chain: recomputed, and compared with the head that its owner
//! holds. An altered, missing, cut-off or reordered event is named by its place.

use std::collections::HashMap;

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::event::{ChainHead, Stream};
use seatkeeper_store::check::Findings;
use seatkeeper_store::write::Progress;

use super::names::Names;
use crate::row::{Columns, one};
use crate::rows::event::{self, LANE, events};

/// Events between two words on how far it is.
const TELL_EVERY: u64 = 4_096;

/// The one lane, in sentences.
const LANE_SAID: &str = "of the lane";

/// A chain by its kind and its owner's number.
type Chain = (i64, i64);

pub(super) fn check(conn: &Connection, findings: &mut Findings, progress: Progress<'_>) -> Result<()> {
    let last = one(conn, "SELECT sequence FROM lanes WHERE lane = ?1", (LANE,), |row| Columns::of(row).u64())?;
    let last = last.unwrap_or(0);
    let mut heads: HashMap<Chain, ChainHead> = HashMap::new();
    let mut names = Names::new(conn);
    let mut before = 0;
    let mut statement = conn.prepare(events!("ORDER BY e.number"))?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let place: u64 = Columns::of(row).u64()?;
        findings.gap(LANE_SAID, before, place);
        before = place;
        match event::event(row) {
            Err(error) => findings.add("chain", format!("event {place} {LANE_SAID} cannot be read: {error}")),
            Ok(entry) => {
                let head = heads.entry(chain(conn, entry.event.stream)?).or_default();
                findings.follows(&format!("event {place} {LANE_SAID}"), *head, &entry.event);
                *head = entry.event.head();
                names.saw(findings, &entry.event)?;
            }
        }
        if place.is_multiple_of(TELL_EVERY) {
            progress(place, last.max(place));
        }
    }
    findings.gap(LANE_SAID, before, last + 1);
    compare_heads(conn, findings, &heads)?;
    names.finish(findings)?;
    progress(last, last);
    Ok(())
}

/// The chain of a stream, by its owner's number.
fn chain(conn: &Connection, stream: Stream) -> Result<Chain> {
    let of = |kind, sql| {
        let n = one(conn, sql, (stream.id().as_bytes(),), |row| row.get(0))?;
        Ok((kind, n.unwrap_or(0)))
    };
    match stream {
        Stream::License(_) => of(0, "SELECT n FROM licenses WHERE id = ?1"),
        Stream::Customer(_) => of(1, "SELECT n FROM customers WHERE id = ?1"),
        Stream::Server => Ok((2, 0)),
    }
}

/// Every owner's head against the last event that there is of its chain.
fn compare_heads(conn: &Connection, findings: &mut Findings, heads: &HashMap<Chain, ChainHead>) -> Result<()> {
    let sql = "SELECT 0, l.n, l.id, k.chain_length, k.chain_hash FROM licenses l JOIN counters k ON k.license = l.n
        UNION ALL SELECT 1, n, id, chain_length, chain_hash FROM customers
        UNION ALL SELECT 2, 0, zeroblob(16), chain_length, chain_hash FROM meta";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let (chain, stream, head) = owner(row)?;
        findings.head(stream, heads.get(&chain).copied().unwrap_or_default(), head);
    }
    Ok(())
}

fn owner(row: &Row<'_>) -> Result<(Chain, Stream, ChainHead)> {
    let mut columns = Columns::of(row);
    let chain: Chain = (columns.get()?, columns.get()?);
    let id: uuid::Uuid = columns.id()?;
    let stream = match chain.0 {
        0 => Stream::License(id.into()),
        1 => Stream::Customer(id.into()),
        _ => Stream::Server,
    };
    Ok((chain, stream, columns.chain()?))
}
