//! What happened, newest first, and whose records it was about.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, Result};
use seatkeeper_domain::event::Stream;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::record::{RecordReader, TOUCHED_MOST, Touched, first_at};
use seatkeeper_store::read::{EventRow, LanePosition, Scope};
use uuid::Uuid;

use super::SqliteReader;
use super::events::{MOST, lanes, streams_of};
use super::scoped::bytes;
use crate::row::{Columns, all, one};
use crate::rows::event::{self, LANE, events};

/// The name of whatever has an id: ids are drawn for all kinds alike, and none twice.
const CALLED: &str = "SELECT COALESCE(s.user_written, s.user_folded, s.device_name) FROM sessions s \
         JOIN licenses l ON l.n = s.license JOIN customers c ON c.n = l.customer WHERE s.id = ?1 AND (?2 IS NULL OR c.id = ?2) \
     UNION ALL SELECT COALESCE(d.user_written, d.user_folded, d.device_name) FROM denials d \
         JOIN licenses l ON l.n = d.license JOIN customers c ON c.n = l.customer WHERE d.id = ?1 AND (?2 IS NULL OR c.id = ?2) \
     UNION ALL SELECT a.device_name FROM activations a \
         JOIN licenses l ON l.n = a.license JOIN customers c ON c.n = l.customer WHERE a.id = ?1 AND (?2 IS NULL OR c.id = ?2) \
     UNION ALL SELECT name FROM accounts WHERE id = ?1 AND (?2 IS NULL OR customer_id = ?2) \
     UNION ALL SELECT label FROM tokens WHERE id = ?1 AND (?2 IS NULL OR customer_id = ?2)";

type Read<T> = std::result::Result<T, StoreError>;

impl RecordReader for SqliteReader {
    fn touched(&self, after: &[LanePosition]) -> Read<Touched> {
        self.pool.read(|conn| touched(conn, after))
    }

    fn history(&self, scope: Scope, of: Option<Stream>, before: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        self.pool.read(|conn| history(conn, scope, of, before, limit.min(MOST)))
    }

    fn called(&self, scope: Scope, ids: &[Uuid]) -> Read<HashMap<Uuid, String>> {
        let own = scope.customer().map(|id| bytes(id.0));
        self.pool.read(|conn| {
            let named = ids.iter().map(|id| {
                let name = one(conn, CALLED, (id.as_bytes(), &own), |row| row.get::<_, Option<String>>(0))?;
                Ok(name.flatten().map(|name| (*id, name)))
            });
            named.filter_map(Result::transpose).collect()
        })
    }

    fn lanes_at(&self, at: Timestamp) -> Read<Vec<LanePosition>> {
        self.pool.read(|conn| lanes_at(conn, at))
    }
}

fn touched(conn: &Connection, after: &[LanePosition]) -> Result<Touched> {
    let sql = "SELECT DISTINCT x.stream_kind, COALESCE(c.id, o.id)
        FROM (SELECT stream_kind, stream FROM events WHERE number > ?1 ORDER BY number LIMIT ?2) x
        LEFT JOIN customers c ON x.stream_kind = 1 AND c.n = x.stream
        LEFT JOIN licenses l ON x.stream_kind = 0 AND l.n = x.stream
        LEFT JOIN customers o ON o.n = l.customer";
    let rows: Vec<(i64, Option<CustomerId>)> = all(conn, sql, (place(after).unwrap_or(0), TOUCHED_MOST), |row| {
        let mut columns = Columns::of(row);
        Ok((columns.get()?, columns.maybe_id()?))
    })?;
    let server = rows.iter().any(|(kind, _)| *kind == 2);
    Ok(Touched { customers: rows.into_iter().filter_map(|(_, customer)| customer).collect(), server })
}

fn history(
    conn: &Connection,
    scope: Scope,
    of: Option<Stream>,
    before: &[LanePosition],
    limit: u32,
) -> Result<Vec<EventRow>> {
    let before = place(before).unwrap_or(i64::MAX);
    let streams = match (of, scope) {
        (Some(stream), _) => one_of(conn, scope, stream)?.into_iter().collect(),
        (None, Scope::Customer(id)) => streams_of(conn, id)?,
        (None, Scope::Vendor) => {
            let sql = events!("WHERE e.number < ?1 ORDER BY e.number DESC LIMIT ?2");
            return all(conn, sql, (before, limit), event::event);
        }
    };
    let mut numbers: Vec<i64> = Vec::new();
    for (kind, stream) in streams {
        let sql = "SELECT number FROM events WHERE stream = ?1 AND stream_kind = ?2 AND number < ?3
            ORDER BY number DESC LIMIT ?4";
        numbers.extend(all(conn, sql, (stream, kind, before, limit), |row| row.get::<_, i64>(0))?);
    }
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    numbers.truncate(limit as usize);
    let rows = numbers.iter().map(|number| one(conn, events!("WHERE e.number = ?1"), (number,), event::event));
    rows.filter_map(Result::transpose).collect()
}

/// A stream by its kind and number in this file, where it exists in `scope`.
pub(super) fn one_of(conn: &Connection, scope: Scope, stream: Stream) -> Result<Option<(i64, i64)>> {
    let (kind, sql) = match stream {
        Stream::License(_) => {
            (0, "SELECT l.n, c.id FROM licenses l JOIN customers c ON c.n = l.customer WHERE l.id = ?1")
        }
        Stream::Customer(_) => (1, "SELECT n, id FROM customers WHERE id = ?1"),
        Stream::Server => return Ok(Some((2, 0)).filter(|_| scope == Scope::Vendor)),
    };
    let found = one(conn, sql, (stream.id().as_bytes(),), |row| {
        let mut columns = Columns::of(row);
        Ok((columns.get()?, columns.id()?))
    })?;
    let own =
        |(n, customer): (i64, CustomerId)| scope.customer().is_none_or(|own| own == customer).then_some((kind, n));
    Ok(found.and_then(own))
}

fn lanes_at(conn: &Connection, at: Timestamp) -> Result<Vec<LanePosition>> {
    let at_of = |number: u64| {
        let sql = "SELECT at FROM events WHERE number >= ?1 ORDER BY number LIMIT 1";
        let found = one(conn, sql, (number.cast_signed(),), |row| Columns::of(row).at())?;
        Ok::<_, rusqlite::Error>(found.unwrap_or(Timestamp::MAX))
    };
    lanes(conn)?.into_iter().map(|end| Ok(LanePosition { number: first_at(end.number, at, at_of)?, ..end })).collect()
}

/// The place on the one lane.
fn place(places: &[LanePosition]) -> Option<i64> {
    let place = places.iter().find(|place| place.lane == LANE)?;
    Some(i64::try_from(place.number).unwrap_or(i64::MAX))
}
