//! What happened, newest first, and whose records it was about.

use std::collections::HashMap;

use jiff::Timestamp;
use seatkeeper_domain::event::Stream;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::record::{RecordReader, TOUCHED_MOST, Touched, first_at};
use seatkeeper_store::read::{EventRow, LanePosition, Scope};
use uuid::Uuid;

use super::PostgresReader;
use super::events::{MOST, lanes};
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::event::{self, events};

/// The first events of each lane after a place on it: whom they are about.
const TOUCHED: &str = "SELECT DISTINCT x.stream_kind, COALESCE(l.customer, x.stream) \
     FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS asked (lane, number) \
     CROSS JOIN LATERAL (SELECT e.stream_kind, e.stream FROM events e \
         WHERE e.lane = asked.lane AND e.number > asked.number ORDER BY e.number LIMIT $3) AS x \
     LEFT JOIN licenses l ON x.stream_kind = 0 AND l.id = x.stream";

/// The last events of each lane before a place on it, of all.
const OF_ALL: &str = events!(
    "JOIN (SELECT n.lane, n.number FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS asked (lane, number) \
         CROSS JOIN LATERAL (SELECT x.lane, x.number, x.at FROM events x \
             WHERE x.lane = asked.lane AND x.number < asked.number ORDER BY x.number DESC LIMIT $3) AS n \
         ORDER BY n.at DESC, n.lane DESC, n.number DESC LIMIT $3) AS next \
     ON e.lane = next.lane AND e.number = next.number ORDER BY e.at DESC, e.lane DESC, e.number DESC"
);

/// The same of streams by their kind and id, each asked for its own.
const OF_STREAMS: &str = events!(
    "JOIN (SELECT n.lane, n.number FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS asked (lane, number) \
         CROSS JOIN unnest(CAST($4 AS BIGINT[]), CAST($5 AS UUID[])) AS own (kind, id) \
         CROSS JOIN LATERAL (SELECT x.lane, x.number, x.at FROM events x \
             WHERE x.stream = own.id AND x.stream_kind = own.kind AND x.lane = asked.lane AND x.number < asked.number \
             ORDER BY x.number DESC LIMIT $3) AS n \
         ORDER BY n.at DESC, n.lane DESC, n.number DESC LIMIT $3) AS next \
     ON e.lane = next.lane AND e.number = next.number ORDER BY e.at DESC, e.lane DESC, e.number DESC"
);

const OF_CUSTOMER: &str = "SELECT CAST(0 AS BIGINT), id FROM licenses WHERE customer = $1 UNION ALL SELECT 1, id FROM customers WHERE id = $1";

/// The names of whatever has these ids: ids are drawn for all kinds alike, and none twice.
const CALLED: &str = "SELECT s.id, COALESCE(s.user_written, s.user_folded, s.device_name) FROM sessions s \
         JOIN licenses l ON l.id = s.license WHERE s.id = ANY($1) AND (CAST($2 AS UUID) IS NULL OR l.customer = $2) \
     UNION ALL SELECT d.id, COALESCE(d.user_written, d.user_folded, d.device_name) FROM denials d \
         JOIN licenses l ON l.id = d.license WHERE d.id = ANY($1) AND (CAST($2 AS UUID) IS NULL OR l.customer = $2) \
     UNION ALL SELECT a.id, a.device_name FROM activations a \
         JOIN licenses l ON l.id = a.license WHERE a.id = ANY($1) AND (CAST($2 AS UUID) IS NULL OR l.customer = $2) \
     UNION ALL SELECT id, name FROM accounts WHERE id = ANY($1) AND (CAST($2 AS UUID) IS NULL OR customer_id = $2) \
     UNION ALL SELECT id, label FROM tokens WHERE id = ANY($1) AND (CAST($2 AS UUID) IS NULL OR customer_id = $2)";

type Read<T> = std::result::Result<T, StoreError>;

impl RecordReader for PostgresReader {
    fn touched(&self, after: &[LanePosition]) -> Read<Touched> {
        self.pool.read(|at| {
            let (lanes, numbers) = places(at, after, 0)?;
            let rows = at.all(TOUCHED, params![lanes, numbers, i64::from(TOUCHED_MOST)], |row| {
                let mut columns = Columns::of(row);
                Ok((columns.get::<i64>()?, columns.id::<CustomerId>()?))
            })?;
            let server = rows.iter().any(|(kind, _)| *kind == 2);
            let customers = rows.into_iter().filter(|(kind, _)| *kind != 2).map(|(_, customer)| customer).collect();
            Ok(Touched { customers, server })
        })
    }

    fn history(&self, scope: Scope, of: Option<Stream>, before: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        self.pool.read(|at| history(at, scope, of, before, i64::from(limit.min(MOST))))
    }

    fn called(&self, scope: Scope, ids: &[Uuid]) -> Read<HashMap<Uuid, String>> {
        let of = params![ids.to_vec(), scope.customer().map(|id| id.0)];
        let rows = self.pool.read(|at| {
            at.all(CALLED, of, |row| {
                let mut columns = Columns::of(row);
                Ok((columns.get::<Uuid>()?, columns.get::<Option<String>>()?))
            })
        })?;
        Ok(rows.into_iter().filter_map(|(id, name)| Some((id, name?))).collect())
    }

    fn lanes_at(&self, instant: Timestamp) -> Read<Vec<LanePosition>> {
        self.pool.read(|at| lanes_at(at, instant))
    }
}

fn history(
    at: &Transaction,
    scope: Scope,
    of: Option<Stream>,
    before: &[LanePosition],
    limit: i64,
) -> Result<Vec<EventRow>> {
    let (lanes, numbers) = places(at, before, i64::MAX)?;
    let streams = match (of, scope) {
        (None, Scope::Vendor) => return at.all(OF_ALL, params![lanes, numbers, limit], event::event),
        (None, Scope::Customer(id)) => at.all(OF_CUSTOMER, params![id.0], |row| {
            let mut columns = Columns::of(row);
            Ok((columns.get::<i64>()?, columns.get()?))
        })?,
        (Some(stream), _) => exists(at, scope, stream)?.map(|kind| (kind, stream.id())).into_iter().collect(),
    };
    let (kinds, ids): (Vec<i64>, Vec<Uuid>) = streams.into_iter().unzip();
    at.all(OF_STREAMS, params![lanes, numbers, limit, kinds, ids], event::event)
}

/// A stream's kind, where it exists in `scope`.
pub(super) fn exists(at: &Transaction, scope: Scope, stream: Stream) -> Result<Option<i64>> {
    let (kind, customer) = match stream {
        Stream::License(id) => {
            let sql = "SELECT customer FROM licenses WHERE id = $1";
            (0, at.one(sql, params![id.0], |row| Columns::of(row).id::<CustomerId>())?)
        }
        Stream::Customer(id) => (1, Some(id)),
        Stream::Server => (2, None),
    };
    Ok(scope.customer().is_none_or(|own| customer == Some(own)).then_some(kind))
}

fn lanes_at(at: &Transaction, instant: Timestamp) -> Result<Vec<LanePosition>> {
    let number_at = |end: LanePosition| {
        let at_of = |number: u64| {
            let sql = "SELECT at FROM events WHERE lane = $1 AND number >= $2 ORDER BY number LIMIT 1";
            let place = params![i64::from(end.lane), number.cast_signed()];
            Ok(at.one(sql, place, |row| Columns::of(row).at())?.unwrap_or(Timestamp::MAX))
        };
        Ok(LanePosition { number: first_at(end.number, instant, at_of)?, ..end })
    };
    lanes(at)?.into_iter().map(number_at).collect()
}

/// All lanes, and for each the place that was named or else `otherwise`.
fn places(at: &Transaction, named: &[LanePosition], otherwise: i64) -> Result<(Vec<i64>, Vec<i64>)> {
    let place = |lane: u32| {
        let named = named.iter().find(|place| place.lane == lane);
        named.map_or(otherwise, |place| i64::try_from(place.number).unwrap_or(i64::MAX))
    };
    Ok(lanes(at)?.into_iter().map(|end| (i64::from(end.lane), place(end.lane))).unzip())
}
