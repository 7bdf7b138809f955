//! What was written down: events along their lane, and refusals.

use rusqlite::{Connection, Result};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_store::read::{DenialFilter, EventRow, LanePosition, Listed, Page, Scope};

use super::scoped::{Table, bytes};
use crate::row::{Columns, all, one};
use crate::rows::denial::{self, denials};
use crate::rows::event::{self, LANE, events};
use seatkeeper_store::code::stored;

const DENIALS: Table = Table { select: denials!(""), customer: "l.customer", id: "d.id" };

/// By way of what they are asked for, which is in one of them as a rule, and not of all that a customer was refused.
const ASKED_DENIALS: Table = Table { customer: "+l.customer", ..DENIALS };

/// Events at most in one reading.
pub(super) const MOST: u32 = 1_000;

pub(super) fn denials(conn: &Connection, scope: Scope, filter: &DenialFilter, page: Page) -> Result<Listed<Denial>> {
    let denials = if filter.request.is_some() { &ASKED_DENIALS } else { &DENIALS };
    denials
        .within(scope)
        .and_if("l.id = ?", filter.license_id.map(|id| bytes(id.0)))
        .and_if("l.customer = (SELECT n FROM customers WHERE id = ?)", filter.customer_id.map(|id| bytes(id.0)))
        .and_if("instr(d.user_folded, ?) > 0", filter.user.as_deref().map(fold))
        .and_if("d.n IN (SELECT denial FROM tries WHERE request = ?)", filter.request.as_ref().map(|id| id.0.clone()))
        .and_if("d.first_at >= ?", filter.since.map(stored))
        .and_if("d.first_at < ?", filter.until.map(stored))
        .page(conn, page, denial::denial, |d| d.id.0)
}

pub(super) fn lanes(conn: &Connection) -> Result<Vec<LanePosition>> {
    all(conn, "SELECT lane, sequence FROM lanes ORDER BY lane", (), |row| {
        let mut columns = Columns::of(row);
        Ok(LanePosition { lane: columns.get()?, number: columns.u64()? })
    })
}

pub(super) fn events(conn: &Connection, scope: Scope, after: &[LanePosition], limit: u32) -> Result<Vec<EventRow>> {
    let after = after.iter().find(|position| position.lane == LANE).map_or(0, |position| position.number);
    let (after, limit) = (i64::try_from(after).unwrap_or(i64::MAX), limit.min(MOST));
    match scope {
        Scope::Vendor => {
            all(conn, events!("WHERE e.number > ?1 ORDER BY e.number LIMIT ?2"), (after, limit), event::event)
        }
        Scope::Customer(id) => of_customer(conn, id, after, limit),
    }
}

/// Events of one customer and its licences. Each stream is asked for its own next ones, so that following
/// along costs the same however much others do.
fn of_customer(conn: &Connection, id: CustomerId, after: i64, limit: u32) -> Result<Vec<EventRow>> {
    let streams = streams_of(conn, id)?;
    let mut numbers: Vec<i64> = Vec::new();
    for (kind, stream) in streams {
        let sql = "SELECT number FROM events WHERE stream = ?1 AND stream_kind = ?2 AND number > ?3
            ORDER BY number LIMIT ?4";
        numbers.extend(all(conn, sql, (stream, kind, after, limit), |row| row.get::<_, i64>(0))?);
    }
    numbers.sort_unstable();
    numbers.truncate(limit as usize);
    let rows = numbers.iter().map(|number| one(conn, events!("WHERE e.number = ?1"), (number,), event::event));
    rows.filter_map(Result::transpose).collect()
}

/// A customer's streams, by their kind and number in this file.
pub(super) fn streams_of(conn: &Connection, id: CustomerId) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT 1, n FROM customers WHERE id = ?1 UNION ALL
        SELECT 0, n FROM licenses WHERE customer = (SELECT n FROM customers WHERE id = ?1)";
    all(conn, sql, (id.0.as_bytes(),), |row| Ok((row.get(0)?, row.get(1)?)))
}
