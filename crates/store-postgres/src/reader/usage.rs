//! How much was used.

use jiff::Timestamp;
use seatkeeper_domain::demand::{Refused, Span};
use seatkeeper_domain::denial::Outcome;
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::id::{CustomerId, LicenseId};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::Scope;
use seatkeeper_store::read::usage::{By, SHARED_LOOKED_AT, Share, Usage, UsageReader};
use tokio_postgres::Row;

use super::PostgresReader;
use super::license::license;
use super::scoped::Table;
use crate::link::params;
use crate::row::{Columns, Result};

const SPANS: Table = Table {
    select: "SELECT s.license, s.holder, s.started_at, s.ended_at FROM sessions s",
    customer: "NULL",
    id: "s.id",
};
const REFUSED: Table = Table {
    select: "SELECT d.license, d.holder, d.first_at, d.last_at, d.tries, d.outcome_at, d.outcome FROM denials d",
    customer: "NULL",
    id: "d.id",
};
const USAGE: Table = Table {
    select: "SELECT u.license, u.hour, u.peak, u.seat_seconds, u.seats, u.full_seconds, u.people, u.tries \
             FROM usage u JOIN licenses l ON l.id = u.license",
    customer: "l.customer",
    id: "l.id",
};

const OF_EACH: &str = "SELECT l.id, MIN(u.hour), MAX(u.peak), CAST(SUM(u.seat_seconds) AS BIGINT), MAX(u.seats), \
         CAST(SUM(u.full_seconds) AS BIGINT), CAST(SUM(u.people) AS BIGINT), CAST(SUM(u.tries) AS BIGINT) \
     FROM licenses l JOIN usage u ON u.license = l.id AND u.hour >= $1 AND u.hour < $2 \
     WHERE (CAST($3 AS UUID) IS NULL OR l.customer = $3) AND (CAST($4 AS UUID) IS NULL OR l.customer = $4) \
     GROUP BY l.id ORDER BY SUM(u.seat_seconds) DESC, l.id LIMIT $5";

type Read<T> = std::result::Result<T, StoreError>;

impl UsageReader for PostgresReader {
    fn usage_done(&self) -> Read<Option<i64>> {
        self.pool.read(|at| at.one("SELECT until FROM usage_done", params![], |row| Columns::of(row).get()))
    }

    fn first_held(&self) -> Read<Option<Timestamp>> {
        let sql = "SELECT started_at FROM sessions ORDER BY id LIMIT 1";
        self.pool.read(|at| at.one(sql, params![], |row| Columns::of(row).at()))
    }

    /// Asked by the server for itself, which is why no scope is taken.
    fn held(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Span)>> {
        let own = || SPANS.within(Scope::Vendor).and_if("s.license = ?", of.map(|id| id.0));
        let began = |query: super::scoped::Query| query.with("s.started_at < ?", stored(until));
        self.pool.read(|at| {
            let over = began(own().with("s.ended_at > ?", stored(from)));
            let mut spans = over.first(at, "s.ended_at DESC", Some(most), span)?;
            // An order that the index has by which they are to be found.
            let order = of.map_or("s.id", |_| "s.reclaim_hint");
            spans.extend(began(own().and("s.ended_at IS NULL")).first(at, order, Some(most), span)?);
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
        let own = REFUSED.within(Scope::Vendor).and_if("d.license = ?", of.map(|id| id.0));
        let began = own.with("d.first_at >= ?", stored(from)).with("d.first_at < ?", stored(until));
        let short = began.and("d.code = 'no_seat_available'");
        self.pool.read(|at| short.first(at, "d.first_at DESC, d.id DESC", Some(most), refused))
    }

    fn usage(&self, scope: Scope, license: LicenseId, from: i64, until: i64) -> Read<Vec<Usage>> {
        let own = USAGE.within(scope).with("u.license = ?", license.0);
        let hours = own.with("u.hour >= ?", from).with("u.hour < ?", until);
        self.pool.read(|at| hours.first(at, "u.hour", None, usage))
    }

    fn usage_of_each(
        &self,
        scope: Scope,
        customer: Option<CustomerId>,
        from: i64,
        until: i64,
        limit: u32,
    ) -> Read<Vec<Usage>> {
        let (own, asked) = (scope.customer().map(|id| id.0), customer.map(|id| id.0));
        self.pool.read(|at| at.all(OF_EACH, params![from, until, own, asked, i64::from(limit)], usage))
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
        let (name, written) = match by {
            By::User => ("user_folded", "COALESCE(user_written, user_folded)"),
            By::Device => ("device_name", "device_name"),
        };
        // An order that the index has by which those are to be found who hold a seat: without one, all there ever was may be read.
        let sql = format!(
            "SELECT MIN(written COLLATE \"C\"), CAST(SUM(GREATEST(until - since, 0)) / 1000000 AS BIGINT), COUNT(*) FROM ( \
                 SELECT name, written, GREATEST(started_at, $2) AS since, LEAST(ended_at, $3) AS until FROM ( \
                     SELECT {name} AS name, {written} AS written, started_at, ended_at FROM sessions \
                         WHERE license = $1 AND ended_at > $2 ORDER BY ended_at DESC LIMIT $4) AS o \
                 UNION ALL SELECT name, written, GREATEST(started_at, $2), $3 FROM ( \
                     SELECT {name} AS name, {written} AS written, started_at FROM sessions \
                         WHERE license = $1 AND ended_at IS NULL ORDER BY reclaim_hint LIMIT $4) AS h) AS spans \
             WHERE name IS NOT NULL GROUP BY name ORDER BY 2 DESC, name LIMIT $5"
        );
        self.pool.read(|at| {
            if license(at, scope, id)?.is_none() {
                return Ok(Vec::new());
            }
            let asked = params![id.0, stored(since), stored(now), i64::from(SHARED_LOOKED_AT), i64::from(limit)];
            at.all(&sql, asked, |row| {
                let mut columns = Columns::of(row);
                Ok(Share { name: columns.get()?, seat_seconds: columns.count()?, sessions: columns.count()? })
            })
        })
    }
}

fn span(row: &Row) -> Result<(LicenseId, Span)> {
    let mut columns = Columns::of(row);
    let license = columns.id()?;
    Ok((license, Span { holder: HolderKey(columns.bytes()?), start: columns.at()?, end: columns.maybe_at()? }))
}

fn refused(row: &Row) -> Result<(LicenseId, Refused)> {
    let mut columns = Columns::of(row);
    let (license, holder) = (columns.id()?, HolderKey(columns.bytes()?));
    let (first_at, last_at, tries) = (columns.at()?, columns.at()?, columns.count()?);
    let granted_at = columns.end::<Outcome>()?.filter(|(_, how)| *how == Outcome::Granted).map(|(at, _)| at);
    Ok((license, Refused { holder, first_at, last_at, tries, granted_at }))
}

fn usage(row: &Row) -> Result<Usage> {
    let mut columns = Columns::of(row);
    Ok(Usage {
        license_id: columns.id()?,
        hour: columns.get()?,
        peak: columns.count()?,
        seat_seconds: columns.count()?,
        seats: columns.count()?,
        full_seconds: columns.count()?,
        people: columns.count()?,
        tries: columns.count()?,
    })
}
