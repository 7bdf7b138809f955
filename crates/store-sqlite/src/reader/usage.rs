//! How much was used.

use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::demand::{Refused, Span};
use seatkeeper_domain::denial::Outcome;
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::Scope;
use seatkeeper_store::read::usage::{By, SHARED_LOOKED_AT, Share, Usage, UsageReader};

use super::SqliteReader;
use super::license::license;
use super::scoped::{Table, bytes};
use crate::row::{Columns, all, one};

const SPANS: &str =
    "SELECT l.id, s.holder, s.started_at, s.ended_at FROM sessions s JOIN licenses l ON l.n = s.license";
const REFUSED: &str = "SELECT l.id, d.holder, d.first_at, d.last_at, d.tries, d.outcome_at, d.outcome
    FROM denials d JOIN licenses l ON l.n = d.license";
const USAGE: Table = Table {
    select: "SELECT l.id, u.hour, u.peak, u.seat_seconds, u.seats, u.full_seconds, u.people, u.tries \
             FROM usage u JOIN licenses l ON l.n = u.license",
    customer: "l.customer",
    id: "l.id",
};

type Read<T> = std::result::Result<T, StoreError>;

impl UsageReader for SqliteReader {
    fn usage_done(&self) -> Read<Option<i64>> {
        self.pool.read(|conn| one(conn, "SELECT until FROM usage_done", (), |row| row.get(0)))
    }

    fn first_held(&self) -> Read<Option<Timestamp>> {
        let sql = "SELECT started_at FROM sessions ORDER BY id LIMIT 1";
        self.pool.read(|conn| one(conn, sql, (), |row| Columns::of(row).at()))
    }

    fn held(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Span)>> {
        let own = of.map_or("TRUE", |_| "s.license = (SELECT n FROM licenses WHERE id = ?1)");
        let over = "s.ended_at > ?2 AND s.started_at < ?3 ORDER BY s.ended_at DESC LIMIT ?4";
        // An order that the index has by which they are to be found.
        let order = of.map_or("s.id", |_| "s.reclaim_hint");
        let live = format!("s.ended_at IS NULL AND s.started_at < ?3 ORDER BY {order} LIMIT ?4");
        let asked = || (of.map(|id| bytes(id.0)), stored(from), stored(until), most);
        self.pool.read(|conn| {
            let mut spans = all(conn, &format!("{SPANS} WHERE {own} AND {over}"), asked(), span)?;
            spans.extend(all(conn, &format!("{SPANS} WHERE {own} AND {live}"), asked(), span)?);
            Ok(spans)
        })
    }

    fn refused(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Refused)>> {
        let own = of.map_or("TRUE", |_| "d.license = (SELECT n FROM licenses WHERE id = ?1)");
        let sql = format!(
            "{REFUSED} WHERE {own} AND d.first_at >= ?2 AND d.first_at < ?3
                 AND d.code = 'no_seat_available' ORDER BY d.first_at DESC, d.id DESC LIMIT ?4"
        );
        let asked = (of.map(|id| bytes(id.0)), stored(from), stored(until), most);
        self.pool.read(|conn| all(conn, &sql, asked, refused))
    }

    fn usage(&self, scope: Scope, license: LicenseId, from: i64, until: i64) -> Read<Vec<Usage>> {
        let own = USAGE.within(scope).with("l.id = ?", bytes(license.0));
        let hours = own.with("u.hour >= ?", from).with("u.hour < ?", until);
        self.pool.read(|conn| hours.first(conn, "u.hour", None, usage))
    }

    fn usage_of_each(
        &self,
        scope: Scope,
        customer: Option<CustomerId>,
        from: i64,
        until: i64,
        limit: u32,
    ) -> Read<Vec<Usage>> {
        // CROSS JOIN: licences first, whose hours stand together.
        let sql = "SELECT l.id, MIN(u.hour), MAX(u.peak), SUM(u.seat_seconds), MAX(u.seats), SUM(u.full_seconds),
                SUM(u.people), SUM(u.tries)
            FROM licenses l CROSS JOIN usage u ON u.license = l.n AND u.hour >= ?1 AND u.hour < ?2
            WHERE (?3 IS NULL OR l.customer = (SELECT n FROM customers WHERE id = ?3))
                AND (?4 IS NULL OR l.customer = (SELECT n FROM customers WHERE id = ?4))
            GROUP BY l.id ORDER BY SUM(u.seat_seconds) DESC, l.id LIMIT ?5";
        let (own, asked) = (scope.customer().map(|id| bytes(id.0)), customer.map(|id| bytes(id.0)));
        self.pool.read(|conn| all(conn, sql, params![from, until, own, asked, limit], usage))
    }

    fn shares(
        &self,
        scope: Scope,
        id: LicenseId,
        by: By,
        since: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Read<Vec<Share>> {
        self.pool.read(|conn| match license(conn, scope, id)? {
            Some(_) => shares(conn, id, by, since, now, limit),
            None => Ok(Vec::new()),
        })
    }
}

fn shares(
    conn: &Connection,
    id: LicenseId,
    by: By,
    since: Timestamp,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Share>> {
    let (name, written) = match by {
        By::User => ("user_folded", "COALESCE(user_written, user_folded)"),
        By::Device => ("device_name", "device_name"),
    };
    let sql = format!(
        "SELECT MIN(written), SUM(MAX(until - since, 0)) / 1000000, COUNT(*) FROM (
             SELECT name, written, MAX(started_at, ?2) AS since, MIN(ended_at, ?3) AS until FROM (
                 SELECT {name} AS name, {written} AS written, started_at, ended_at FROM sessions
                 WHERE license = (SELECT n FROM licenses WHERE id = ?1) AND ended_at > ?2
                 ORDER BY ended_at DESC LIMIT ?4)
             UNION ALL SELECT name, written, MAX(started_at, ?2), ?3 FROM (
                 SELECT {name} AS name, {written} AS written, started_at FROM sessions
                 WHERE license = (SELECT n FROM licenses WHERE id = ?1) AND ended_at IS NULL
                 ORDER BY reclaim_hint LIMIT ?4))
         WHERE name IS NOT NULL GROUP BY name ORDER BY 2 DESC, name LIMIT ?5"
    );
    all(conn, &sql, (id.0.as_bytes(), stored(since), stored(now), SHARED_LOOKED_AT, limit), |row| {
        let mut columns = Columns::of(row);
        Ok(Share { name: columns.get()?, seat_seconds: columns.u64()?, sessions: columns.u64()? })
    })
}

fn span(row: &Row<'_>) -> Result<(LicenseId, Span)> {
    let mut columns = Columns::of(row);
    let license = columns.id()?;
    Ok((license, Span { holder: HolderKey(columns.get()?), start: columns.at()?, end: columns.maybe_at()? }))
}

fn refused(row: &Row<'_>) -> Result<(LicenseId, Refused)> {
    let mut columns = Columns::of(row);
    let (license, holder) = (columns.id()?, HolderKey(columns.get()?));
    let (first_at, last_at, tries) = (columns.at()?, columns.at()?, columns.get()?);
    let granted_at = columns.end::<Outcome>()?.filter(|(_, how)| *how == Outcome::Granted).map(|(at, _)| at);
    Ok((license, Refused { holder, first_at, last_at, tries, granted_at }))
}

fn usage(row: &Row<'_>) -> Result<Usage> {
    let mut columns = Columns::of(row);
    Ok(Usage {
        license_id: columns.id()?,
        hour: columns.get()?,
        peak: columns.get()?,
        seat_seconds: columns.u64()?,
        seats: columns.get()?,
        full_seconds: columns.u64()?,
        people: columns.get()?,
        tries: columns.get()?,
    })
}
