//! Keeping how much was used of each hour.

use std::sync::Arc;

use seatkeeper_store::StoreError;
use seatkeeper_store::read::usage::Usage;

use crate::link::params;
use crate::pool::Pool;

const KEEP: &str = "INSERT INTO usage (license, hour, peak, seat_seconds, seats, full_seconds, people, tries) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]), \
         CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[])) \
     ON CONFLICT (license, hour) DO UPDATE SET peak = excluded.peak, seat_seconds = excluded.seat_seconds, \
         seats = excluded.seats, full_seconds = excluded.full_seconds, people = excluded.people, tries = excluded.tries";

const DONE: &str =
    "INSERT INTO usage_done (one, until) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET until = excluded.until";

/// All or none, with the hour that they are kept until.
pub(super) fn keep(pool: &Arc<Pool>, usage: &[Usage], until: i64, keep_from: i64) -> Result<(), StoreError> {
    let column = |of: fn(&Usage) -> i64| usage.iter().map(of).collect::<Vec<i64>>();
    let rows = params![
        usage.iter().map(|row| row.license_id.0).collect::<Vec<_>>(),
        column(|row| row.hour),
        column(|row| row.peak.into()),
        column(|row| row.seat_seconds.cast_signed()),
        column(|row| row.seats.into()),
        column(|row| row.full_seconds.cast_signed()),
        column(|row| row.people.into()),
        column(|row| row.tries.into()),
    ];
    pool.change(|at| {
        at.rows(KEEP, rows)?;
        at.rows(DONE, params![until])?;
        at.rows("DELETE FROM usage WHERE hour < $1", params![keep_from]).map(drop)
    })
}
