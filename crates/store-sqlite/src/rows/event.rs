//! Events. Their streams are kept by number, their texts packed.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_store::read::EventRow;
use uuid::Uuid;

use crate::pack::pack;
use crate::row::{Columns, run};
use seatkeeper_store::code::stored;

/// The one lane that one writer has.
pub(crate) const LANE: u32 = 1;

macro_rules! events {
    ($rest:literal) => {
        concat!(
            "SELECT e.number, e.stream_kind, COALESCE(l.id, c.id), e.stream_number, e.at, e.kind, e.actor, e.body, \
             e.hash FROM events e LEFT JOIN licenses l ON e.stream_kind = 0 AND l.n = e.stream \
             LEFT JOIN customers c ON e.stream_kind = 1 AND c.n = e.stream ",
            $rest
        )
    };
}
pub(crate) use events;

pub(crate) fn event(row: &Row<'_>) -> Result<EventRow> {
    let mut columns = Columns::of(row);
    let lane_number = columns.u64()?;
    let kind: i64 = columns.get()?;
    let id: Option<Uuid> = columns.maybe_id()?;
    let stream = match (kind, id) {
        (0, Some(id)) => Stream::License(id.into()),
        (1, Some(id)) => Stream::Customer(id.into()),
        (2, None) => Stream::Server,
        _ => return Err(columns.wrong("an event of nobody's")),
    };
    let event = Event {
        stream,
        number: columns.u64()?,
        at: columns.at()?,
        kind: columns.packed()?,
        actor: columns.packed()?,
        body: columns.packed()?,
        hash: columns.get()?,
    };
    Ok(EventRow { lane: LANE, lane_number, event })
}

pub(crate) fn write(conn: &Connection, lane_number: u64, event: &Event) -> Result<usize> {
    let (kind, id) = match event.stream {
        Stream::License(id) => (0, Some(id.0)),
        Stream::Customer(id) => (1, Some(id.0)),
        Stream::Server => (2, None),
    };
    for about in event.mentions() {
        let sql = "INSERT INTO mentions (about, at, number) VALUES (?1, ?2, ?3)";
        run(conn, sql, (about.as_bytes(), stored(event.at), lane_number.cast_signed()))?;
    }
    run(
        conn,
        "INSERT INTO events (number, stream_kind, stream, stream_number, at, kind, actor, body, hash)
         VALUES (?1, ?2, CASE ?2 WHEN 0 THEN (SELECT n FROM licenses WHERE id = ?3)
             WHEN 1 THEN (SELECT n FROM customers WHERE id = ?3) ELSE 0 END, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            lane_number.cast_signed(),
            kind,
            id.as_ref().map(Uuid::as_bytes),
            event.number.cast_signed(),
            stored(event.at),
            pack(&event.kind),
            pack(&event.actor),
            pack(&event.body),
            event.hash,
        ),
    )
}
