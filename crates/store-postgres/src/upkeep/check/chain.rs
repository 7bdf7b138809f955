//! Every event along its lane and in its chain: recomputed, and compared with the head that its owner holds. An altered,
//! missing, cut-off or reordered event is named by its place.

use std::collections::HashMap;

use seatkeeper_domain::event::{ChainHead, Stream};
use seatkeeper_store::check::Findings;
use seatkeeper_store::merge::Merge;
use seatkeeper_store::read::LanePosition;
use seatkeeper_store::write::Progress;

use super::names::Names;
use crate::link::params;
use crate::pool::Transaction;
use crate::reader::events::{OF_LANE, lanes};
use crate::row::{Columns, Result};
use crate::rows::event;

/// Events read at once of each lane, and between two words on how far it is.
const AT_ONCE: i64 = 2_000;

const HEADS: &str = "SELECT CAST(0 AS BIGINT), l.id, k.chain_length, k.chain_hash FROM licenses l \
         JOIN counters k ON k.license = l.id \
     UNION ALL SELECT 1, id, chain_length, chain_hash FROM customers \
     UNION ALL SELECT 2, CAST('00000000-0000-0000-0000-000000000000' AS UUID), chain_length, chain_hash FROM meta";

pub(super) fn check(at: &Transaction, findings: &mut Findings, progress: Progress<'_>) -> Result<()> {
    let lanes = lanes(at)?;
    let all = lanes.iter().map(|lane| lane.number).sum();
    let mut places: HashMap<u32, u64> = HashMap::new();
    let mut names = Names::new(at);
    let mut merge = Merge::new(lanes.iter().map(|lane| lane.lane), |after: LanePosition| {
        let number = i64::try_from(after.number).unwrap_or(i64::MAX);
        at.all(OF_LANE, params![i64::from(after.lane), number, AT_ONCE], event::event)
    });
    let mut seen: u64 = 0;
    while let Some(turn) = merge.next_turn()? {
        let (lane, place) = (turn.row.lane, turn.row.lane_number);
        let before = places.insert(lane, place).unwrap_or(0);
        findings.gap(&format!("of lane {lane}"), before, place);
        findings.follows(&format!("event {place} of lane {lane}"), turn.before, &turn.row.event);
        names.saw(findings, &turn.row.event)?;
        seen += 1;
        if seen.is_multiple_of(AT_ONCE as u64) {
            progress(seen, seen.max(all));
        }
    }
    for lane in &lanes {
        ends(findings, *lane, places.get(&lane.lane).copied().unwrap_or(0));
    }
    heads(at, findings, merge.heads())?;
    names.finish(findings)?;
    progress(seen, seen);
    Ok(())
}

/// A lane beside the last event that stands on it.
fn ends(findings: &mut Findings, lane: LanePosition, last: u64) {
    let LanePosition { lane, number } = lane;
    findings.gap(&format!("of lane {lane}"), last, number + 1);
    if last > number {
        findings
            .add("chain", format!("lane {lane} says that its last event is {number}, and there is an event {last}"));
    }
}

/// Every owner's head, and every chain's owner.
fn heads(at: &Transaction, findings: &mut Findings, met: &HashMap<Stream, ChainHead>) -> Result<()> {
    let mut ownerless = met.clone();
    for (stream, head) in at.all(HEADS, params![], head)? {
        findings.head(stream, ownerless.remove(&stream).unwrap_or_default(), head);
    }
    for (stream, _) in ownerless {
        findings.add("integrity", format!("events name the {} {}, which is gone", stream.kind(), stream.id()));
    }
    Ok(())
}

fn head(row: &tokio_postgres::Row) -> Result<(Stream, ChainHead)> {
    let mut columns = Columns::of(row);
    let (kind, id): (i64, uuid::Uuid) = (columns.get()?, columns.get()?);
    let stream = match kind {
        0 => Stream::License(id.into()),
        1 => Stream::Customer(id.into()),
        _ => Stream::Server,
    };
    Ok((stream, columns.chain()?))
}
