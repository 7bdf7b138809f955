//! Who holds seats.

use jiff::Timestamp;
use rusqlite::{Connection, Result};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, stored};
use seatkeeper_store::read::seats::{Chunk, PoolStates, SeatFilter, SeatPage, SeatReader, Seats, seats};
use seatkeeper_store::read::{Scope, SessionRow};

use super::SqliteReader;
use super::scoped::{Query, Table, bytes};
use super::session::with_times;
use crate::row::{Columns, all, one};
use crate::rows::session::{self, sessions};

const SEATS: Table = Table { select: sessions!(""), customer: "l.customer", id: "s.id" };
/// Whose a session is, asked row by row.
macro_rules! of {
    ($column:literal, $table:literal) => {
        concat!(
            "(SELECT l.",
            $column,
            " FROM licenses l WHERE l.n = s.license) = (SELECT n FROM ",
            $table,
            " WHERE id = ?)"
        )
    };
}

/// Live sessions along their own index: with that, and not by way of their licences.
const WALKED: Table = Table {
    select: "SELECT s.id FROM (SELECT id, license, user_folded, device_name FROM sessions WHERE ended_at IS NULL) s",
    customer: "(SELECT l.customer FROM licenses l WHERE l.n = s.license)",
    id: "s.id",
};
/// Folding each device's name would take longer than all else: those that are not all ASCII are compared by whoever asked
/// for them.
const TEXT: &str = "(instr(COALESCE(s.user_folded, '') || char(0) || COALESCE(lower(s.device_name), ''), ?) > 0
    OR length(s.device_name) < octet_length(s.device_name))";
const IN_USE: Table = Table {
    select: "SELECT COALESCE(SUM(k.in_use), 0) FROM licenses l JOIN counters k ON k.license = l.n",
    customer: "l.customer",
    id: "l.id",
};

type Read<T> = std::result::Result<T, StoreError>;

impl SeatReader for SqliteReader {
    fn seats(&self, scope: Scope, filter: &SeatFilter, page: &SeatPage, now: Timestamp) -> Read<Seats> {
        self.pool.read(|conn| {
            let in_use = of_licenses(IN_USE.within(scope), filter).all(conn, |row| Columns::of(row).u64())?;
            let in_use = in_use.into_iter().sum();
            seats(filter, page, now, in_use, |wanted| chunk(conn, scope, filter, wanted))
        })
    }

    fn pool_states(&self, license: LicenseId, now: Timestamp) -> Read<PoolStates> {
        self.pool.read(|conn| pool_states(conn, license, now))
    }

    fn full_pools(&self, limit: u32) -> Read<Vec<LicenseId>> {
        let sql = "SELECT l.id FROM counters k JOIN licenses l ON l.n = k.license
            WHERE k.in_use > 0 AND k.in_use >= k.ceiling AND l.model = ?1 ORDER BY k.in_use DESC, l.id LIMIT ?2";
        self.pool.read(|conn| all(conn, sql, (Model::Concurrent.code(), limit), |row| Columns::of(row).id()))
    }
}

/// Of the licences that a filter is about.
fn of_licenses(query: Query, filter: &SeatFilter) -> Query {
    query
        .and_if("l.id = ?", filter.license_id.map(|id| bytes(id.0)))
        .and_if("l.customer = (SELECT n FROM customers WHERE id = ?)", filter.customer_id.map(|id| bytes(id.0)))
        .and_if("l.product = (SELECT n FROM products WHERE id = ?)", filter.product_id.map(|id| bytes(id.0)))
}

fn chunk(conn: &Connection, scope: Scope, filter: &SeatFilter, wanted: Chunk) -> Result<Vec<SessionRow>> {
    let found = match wanted {
        // `+` keeps the indexes of ids out of it: they are found by their licences, and then put in order.
        Chunk::All => of_licenses(SEATS.within(scope).and("s.ended_at IS NULL"), filter).first(
            conn,
            "+s.id",
            None,
            session::numbered,
        )?,
        Chunk::Following { descending, from, limit } => {
            let (order, after) = if descending { ("s.id DESC", "s.id < ?") } else { ("s.id", "s.id > ?") };
            let text = filter.text.as_deref().map(fold);
            let query = WALKED
                .within(scope)
                .and_if("+s.license = (SELECT n FROM licenses WHERE id = ?)", filter.license_id.map(|id| bytes(id.0)))
                .and_if(of!("customer", "customers"), filter.customer_id.map(|id| bytes(id.0)))
                .and_if(of!("product", "products"), filter.product_id.map(|id| bytes(id.0)))
                .and_if(after, from.map(|id| bytes(id.0)))
                .and_if(TEXT, text);
            let ids: Vec<[u8; 16]> = query.first(conn, order, Some(limit), |row| row.get(0))?;
            let rows = ids.iter().map(|id| one(conn, sessions!("WHERE s.id = ?1"), (id,), session::numbered));
            rows.filter_map(Result::transpose).collect::<Result<_>>()?
        }
    };
    found.into_iter().map(|(n, session)| with_times(conn, n, session)).collect()
}

fn pool_states(conn: &Connection, license: LicenseId, now: Timestamp) -> Result<PoolStates> {
    let sql = "SELECT COUNT(*), COUNT(CASE WHEN lease > ?2 THEN 1 END),
            COUNT(CASE WHEN lease <= ?2 AND grace > ?2 THEN 1 END), MIN(back)
        FROM (SELECT MAX(o.lease_until) AS lease, MAX(o.grace_until) AS grace,
                CASE WHEN COUNT(o.back_by) = COUNT(*) THEN MAX(o.back_by) END AS back
            FROM sessions s JOIN checkouts o ON o.session = s.n AND o.ended_at IS NULL
            WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.ended_at IS NULL GROUP BY s.n)";
    let found = one(conn, sql, (license.0.as_bytes(), stored(now)), |row| {
        let mut columns = Columns::of(row);
        let (all, live, silent) = (columns.u64()?, columns.u64()?, columns.u64()?);
        Ok(PoolStates { live, silent, held: all - live - silent, next_back_by: columns.maybe_at()? })
    })?;
    Ok(found.unwrap_or_default())
}
