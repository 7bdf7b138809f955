//! Events, each on a lane.

use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_store::code::stored;
use seatkeeper_store::read::EventRow;
use tokio_postgres::Row;
use uuid::Uuid;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! events {
    ($rest:literal) => {
        concat!(
            "SELECT e.lane, e.number, e.stream_kind, e.stream, e.stream_number, e.at, e.kind, e.actor, e.body, e.hash \
             FROM events e ",
            $rest
        )
    };
}
pub(crate) use events;

pub(crate) fn event(row: &Row) -> Result<EventRow> {
    let mut columns = Columns::of(row);
    let (lane, lane_number) = (columns.count()?, columns.count()?);
    let (kind, id): (i64, Uuid) = (columns.get()?, columns.get()?);
    let stream = match kind {
        0 => Stream::License(id.into()),
        1 => Stream::Customer(id.into()),
        2 => Stream::Server,
        _ => return Err(columns.wrong("an event of nobody's")),
    };
    let event = Event {
        stream,
        number: columns.count()?,
        at: columns.at()?,
        kind: columns.get()?,
        actor: columns.get()?,
        body: columns.get()?,
        hash: columns.bytes()?,
    };
    Ok(EventRow { lane, lane_number, event })
}

pub(crate) const WRITE: &str = "INSERT INTO events (lane, number, stream_kind, stream, stream_number, at, kind, actor, \
     body, hash) \
     SELECT * FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS UUID[]), \
         CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), \
         CAST($10 AS BYTEA[]))";

/// Events that take the places of a lane after `last`.
pub(crate) fn parameters(rows: &[&Event], lane: i64, last: i64) -> Parameters {
    let kind = |stream: Stream| match stream {
        Stream::License(_) => 0_i64,
        Stream::Customer(_) => 1,
        Stream::Server => 2,
    };
    params![
        vec![lane; rows.len()],
        (last + 1..).take(rows.len()).collect::<Vec<i64>>(),
        column(rows, |e| kind(e.stream)),
        column(rows, |e| e.stream.id()),
        column(rows, |e| e.number.cast_signed()),
        column(rows, |e| stored(e.at)),
        column(rows, |e| e.kind.clone()),
        column(rows, |e| e.actor.clone()),
        column(rows, |e| e.body.clone()),
        column(rows, |e| e.hash.to_vec()),
    ]
}

pub(crate) const WRITE_MENTIONS: &str = "INSERT INTO mentions (about, at, lane, number) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]))";

/// What events tell of that take the places of a lane after `last`; none where they tell of nothing.
pub(crate) fn mention_parameters(rows: &[&Event], lane: i64, last: i64) -> Option<Parameters> {
    let (mut about, mut at, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for (number, event) in (last + 1..).zip(rows) {
        for id in event.mentions() {
            about.push(id);
            at.push(stored(event.at));
            numbers.push(number);
        }
    }
    let lanes = vec![lane; about.len()];
    (!about.is_empty()).then(|| params![about, at, lanes, numbers])
}
