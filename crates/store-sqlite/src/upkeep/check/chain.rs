//! Every event along the lane, and in it every chain: recomputed, and compared with the head that its owner
//! holds. An altered, missing, cut-off or reordered event is named by its place.

use std::collections::HashMap;
use std::fmt;

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::event::{ChainHead, Event, Stream};
use seatkeeper_store::write::Progress;

use super::{Findings, names::Names};
use crate::row::{Columns, one};
use crate::rows::event::{self, LANE, events};

/// Events between two words on how far it is.
const TELL_EVERY: u64 = 4_096;

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
        gap(findings, before, place);
        before = place;
        match event::event(row) {
            Err(error) => findings.add("chain", format!("event {place} of the lane cannot be read: {error}")),
            Ok(entry) => {
                let head = heads.entry(chain(conn, entry.event.stream)?).or_default();
                follows(findings, place, *head, &entry.event);
                *head = entry.event.head();
                names.saw(findings, &entry.event)?;
            }
        }
        if place.is_multiple_of(TELL_EVERY) {
            progress(place, last.max(place));
        }
    }
    gap(findings, before, last + 1);
    compare_heads(conn, findings, &heads)?;
    names.finish(findings)?;
    progress(last, last);
    Ok(())
}

/// Places of the lane between two events are missing rows: a lane has no gaps.
fn gap(findings: &mut Findings, before: u64, place: u64) {
    match place.saturating_sub(before + 1) {
        0 => {}
        1 => findings.add("chain", format!("event {} of the lane is missing", before + 1)),
        _ => findings.add("chain", format!("events {} to {} of the lane are missing", before + 1, place - 1)),
    }
}

/// Whether an event is what follows `head` in its chain. The next is compared with what this one claims to
/// be, so that one fault is named once.
fn follows(findings: &mut Findings, place: u64, head: ChainHead, event: &Event) {
    let owner = Owner(event.stream);
    if event.number != head.length + 1 {
        findings.add(
            "chain",
            format!(
                "event {place} of the lane is number {} of {owner}, and {} was expected: one is missing or out of place",
                event.number,
                head.length + 1
            ),
        );
    } else if event.hash != event.hash_after(&head.hash) {
        findings.add(
            "chain",
            format!("event {place} of the lane (number {} of {owner}) or the one before it was altered", event.number),
        );
    }
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
        let last = heads.get(&chain).copied().unwrap_or_default();
        let owner = Owner(stream);
        if last.length < head.length {
            let (first, to) = (last.length + 1, head.length);
            findings.add("chain", format!("events {first} to {to} of {owner} are missing: they were cut off"));
        } else if last != head {
            findings.add(
                "chain",
                format!("the last event of {owner} is not the one that it says: one was altered or put there"),
            );
        }
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

/// Whose chain it is, for people.
struct Owner(Stream);

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Stream::License(id) => write!(f, "licence {id}"),
            Stream::Customer(id) => write!(f, "customer {id}"),
            Stream::Server => f.write_str("the server"),
        }
    }
}
