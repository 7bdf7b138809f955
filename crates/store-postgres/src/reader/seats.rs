//! Who holds seats.

use jiff::Timestamp;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, stored};
use seatkeeper_store::read::seats::{Chunk, PoolStates, SeatFilter, SeatPage, SeatReader, Seats, seats};
use seatkeeper_store::read::{Scope, SessionRow};

use uuid::Uuid;

use super::PostgresReader;
use super::scoped::{Query, Table, may_hold, of_text};
use super::session::with_times;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::session::{self, sessions};

const SEATS: Table =
    Table { select: sessions!("JOIN licenses l ON l.id = s.license"), customer: "l.customer", id: "s.id" };
/// Whose a session is.
macro_rules! of {
    ($column:literal) => {
        concat!("(SELECT l.", $column, " FROM licenses l WHERE l.id = s.license) = ?")
    };
}

/// Live sessions along their own index: with that, and not by way of their licences.
const WALKED: Table = Table {
    select: "SELECT s.id FROM (SELECT id, license, user_folded, device_name FROM sessions WHERE ended_at IS NULL) AS s",
    customer: "(SELECT l.customer FROM licenses l WHERE l.id = s.license)",
    id: "s.id",
};

const TEXT: &str = of_text!(concat!("POSITION(part IN s.user_folded) > 0 OR ", may_hold!("part", "s.device_name")));
/// Without a condition about licences the database leaves the join out.
const IN_USE: Table = Table {
    select: "SELECT CAST(COALESCE(SUM(k.in_use), 0) AS BIGINT) FROM counters k LEFT JOIN licenses l ON l.id = k.license",
    customer: "l.customer",
    id: "l.id",
};

const STATES: &str = "SELECT COUNT(*), COUNT(CASE WHEN lease > $2 THEN 1 END), \
         COUNT(CASE WHEN lease <= $2 AND grace > $2 THEN 1 END), MIN(back) \
     FROM (SELECT MAX(o.lease_until) AS lease, MAX(o.grace_until) AS grace, \
             CASE WHEN COUNT(o.back_by) = COUNT(*) THEN MAX(o.back_by) END AS back \
         FROM sessions s JOIN checkouts o ON o.session = s.id AND o.ended_at IS NULL \
         WHERE s.license = $1 AND s.ended_at IS NULL GROUP BY s.id) AS held";

type Read<T> = std::result::Result<T, StoreError>;

impl SeatReader for PostgresReader {
    fn seats(&self, scope: Scope, filter: &SeatFilter, page: &SeatPage, now: Timestamp) -> Read<Seats> {
        self.pool.read(|at| {
            let in_use = of_licenses(IN_USE.within(scope), filter).all(at, |row| Columns::of(row).count::<u64>())?;
            let in_use = in_use.into_iter().sum();
            seats(filter, page, now, in_use, |wanted| chunk(at, scope, filter, wanted))
        })
    }

    fn pool_states(&self, license: LicenseId, now: Timestamp) -> Read<PoolStates> {
        let found = self.pool.read(|at| {
            at.one(STATES, params![license.0, stored(now)], |row| {
                let mut columns = Columns::of(row);
                let (all, live, silent): (u64, u64, u64) = (columns.count()?, columns.count()?, columns.count()?);
                Ok(PoolStates { live, silent, held: all - live - silent, next_back_by: columns.maybe_at()? })
            })
        })?;
        Ok(found.unwrap_or_default())
    }

    fn full_pools(&self, limit: u32) -> Read<Vec<LicenseId>> {
        let sql = "SELECT l.id FROM counters k JOIN licenses l ON l.id = k.license \
            WHERE k.in_use > 0 AND k.in_use >= k.ceiling AND l.model = $1 ORDER BY k.in_use DESC, l.id LIMIT $2";
        let values = || params![Model::Concurrent.code(), i64::from(limit)];
        self.pool.read(|at| at.all(sql, values(), |row| Columns::of(row).id()))
    }
}

/// Of the licences that a filter is about.
fn of_licenses(query: Query, filter: &SeatFilter) -> Query {
    query
        .and_if("l.id = ?", filter.license_id.map(|id| id.0))
        .and_if("l.customer = ?", filter.customer_id.map(|id| id.0))
        .and_if("l.product = ?", filter.product_id.map(|id| id.0))
}

fn chunk(at: &Transaction, scope: Scope, filter: &SeatFilter, wanted: Chunk) -> Result<Vec<SessionRow>> {
    let found = match wanted {
        Chunk::All => {
            let query = of_licenses(SEATS.within(scope).and("s.ended_at IS NULL"), filter).by_conditions();
            query.first(at, "found.id", None, session::session)?
        }
        Chunk::Following { descending, from, limit } => {
            let (order, after) = if descending { ("s.id DESC", "s.id < ?") } else { ("s.id", "s.id > ?") };
            let query = WALKED
                .within(scope)
                .and_if("s.license = ?", filter.license_id.map(|id| id.0))
                .and_if(of!("customer"), filter.customer_id.map(|id| id.0))
                .and_if(of!("product"), filter.product_id.map(|id| id.0))
                .and_if(after, from.map(|id| id.0))
                .and_if(TEXT, filter.text.as_deref().map(fold));
            let ids: Vec<Uuid> = query.first(at, order, Some(limit), |row| Columns::of(row).get())?;
            let mut found = at.all(sessions!("WHERE s.id = ANY($1)"), params![ids], session::session)?;
            found.sort_by_key(|session| session.id);
            if descending {
                found.reverse();
            }
            found
        }
    };
    with_times(at, found)
}
