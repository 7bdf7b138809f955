//! What was refused, and who held the seats then.

use jiff::Timestamp;
use rusqlite::{Connection, Result, params};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{DenialId, LicenseId};
use seatkeeper_store::StoreError;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::refusals::{
    EpisodeFilter, EpisodePlace, Episodes, Label, RefusalReader, Refused, SEATED_LOOKED_AT, by_end, episodes,
};
use seatkeeper_store::read::{Scope, SessionRow};
use uuid::Uuid;

use super::SqliteReader;
use super::license::license;
use super::scoped::{Table, bytes};
use super::session::with_times;
use crate::row::{Columns, all, one};
use crate::rows::denial::{self, denials};
use crate::rows::session::{self, sessions};

const DENIALS: Table = Table { select: denials!(""), customer: "l.customer", id: "d.id" };
const LICENSES: Table = Table { select: "SELECT l.n FROM licenses l", customer: "l.customer", id: "l.id" };
const HINTED: Table = Table {
    select: "SELECT DISTINCT l.id FROM keys k JOIN licenses l ON l.n = k.license",
    customer: "l.customer",
    id: "l.id",
};
const LABELS: Table = Table {
    select: "SELECT l.id, l.serial_number, p.name, c.id, c.name FROM licenses l JOIN products p ON p.n = l.product \
             JOIN customers c ON c.n = l.customer",
    customer: "l.customer",
    id: "l.id",
};

type Read<T> = std::result::Result<T, StoreError>;

impl RefusalReader for SqliteReader {
    fn episodes(
        &self,
        scope: Scope,
        filter: &EpisodeFilter,
        now: Timestamp,
        before: Option<EpisodePlace>,
        limit: u32,
    ) -> Read<Episodes> {
        self.pool.read(|conn| {
            let licenses = licenses(conn, scope, filter)?;
            episodes(filter, now, before, limit, |before, most| chunk(conn, &licenses, filter, before, most))
        })
    }

    fn denial(&self, scope: Scope, id: DenialId) -> Read<Option<Denial>> {
        self.pool.read(|conn| DENIALS.within(scope).one(conn, id.0, denial::denial))
    }

    fn refused_since(&self, licenses: &[LicenseId], since: Timestamp) -> Read<Vec<Refused>> {
        let sql = "SELECT COUNT(DISTINCT holder), COALESCE(SUM(tries), 0) FROM denials
            WHERE license = (SELECT n FROM licenses WHERE id = ?1) AND first_at >= ?2";
        let of = |conn: &Connection, id: &LicenseId| {
            let refused = one(conn, sql, (id.0.as_bytes(), stored(since)), |row| {
                let mut columns = Columns::of(row);
                Ok(Refused { people: columns.u64()?, tries: columns.u64()? })
            })?;
            Ok(refused.unwrap_or_default())
        };
        self.pool.read(|conn| licenses.iter().map(|id| of(conn, id)).collect())
    }

    fn seated_at(&self, scope: Scope, id: LicenseId, at: Timestamp, limit: u32) -> Read<Vec<SessionRow>> {
        self.pool.read(|conn| match license(conn, scope, id)? {
            Some(_) => Ok(by_end(seated_at(conn, id, at, limit)?, limit)),
            None => Ok(Vec::new()),
        })
    }

    fn hinted(&self, scope: Scope, group: &str, limit: u32) -> Read<Vec<LicenseId>> {
        let own = HINTED.within(scope).with("k.hint = ?", group.to_owned());
        self.pool.read(|conn| own.first(conn, "l.id", Some(limit), |row| Columns::of(row).id()))
    }

    fn labels(&self, scope: Scope, licenses: &[LicenseId]) -> Read<Vec<Label>> {
        self.pool.read(|conn| {
            let label = |id: &LicenseId| {
                LABELS.within(scope).one(conn, id.0, |row| {
                    let mut columns = Columns::of(row);
                    Ok(Label {
                        license_id: columns.id()?,
                        serial_number: columns.get()?,
                        product: columns.get()?,
                        customer_id: columns.id()?,
                        customer: columns.get()?,
                    })
                })
            };
            licenses.iter().filter_map(|id| label(id).transpose()).collect()
        })
    }
}

/// The licences that a filter is about, by their numbers in this file; one that is none where all are.
fn licenses(conn: &Connection, scope: Scope, filter: &EpisodeFilter) -> Result<Vec<Option<i64>>> {
    if filter.of_all(scope) {
        return Ok(vec![None]);
    }
    LICENSES
        .within(scope)
        .and_if("l.id = ?", filter.license_id.map(|id| bytes(id.0)))
        .and_if("l.customer = (SELECT n FROM customers WHERE id = ?)", filter.customer_id.map(|id| bytes(id.0)))
        .and_if("l.product = (SELECT n FROM products WHERE id = ?)", filter.product_id.map(|id| bytes(id.0)))
        .all(conn, |row| row.get(0))
}

/// The conditions of one statement, of all licences or of one. Each licence is asked for its own newest ones.
macro_rules! newest {
    ($of:literal) => {
        denials!(concat!(
            "WHERE ", $of, " AND (d.first_at, d.id) < (?2, ?3) AND d.first_at >= ?4 AND (?5 IS NULL OR d.code = ?5) \
             AND (?6 IS NULL OR instr(COALESCE(d.user_folded, '') || char(0) || COALESCE(fold(d.device_name), ''), ?6) > 0) \
             ORDER BY d.first_at DESC, d.id DESC LIMIT ?7"
        ))
    };
}

fn chunk(
    conn: &Connection,
    licenses: &[Option<i64>],
    filter: &EpisodeFilter,
    before: Option<EpisodePlace>,
    most: u32,
) -> Result<Vec<Denial>> {
    let until = filter.until.map(|until| (stored(until), Uuid::nil()));
    let before = before.map(|(at, id)| (stored(at), id.0)).into_iter().chain(until).min();
    let (at, id) = before.unwrap_or((i64::MAX, Uuid::max()));
    let since = filter.since.map_or(i64::MIN, stored);
    let text = filter.text.as_deref().map(fold);
    let mut found = Vec::new();
    for license in licenses {
        let sql = if license.is_some() { newest!("d.license = ?1") } else { newest!("?1 IS NULL") };
        let params = params![license, at, id.as_bytes(), since, filter.code, text, most];
        found.extend(all(conn, sql, params, denial::denial)?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.first_at, row.id)));
    found.truncate(most as usize);
    Ok(found)
}

/// Those who have come back since, and those who have not.
fn seated_at(conn: &Connection, license: LicenseId, at: Timestamp, limit: u32) -> Result<Vec<SessionRow>> {
    let over = sessions!(
        "WHERE s.n IN (SELECT n FROM sessions WHERE license = (SELECT n FROM licenses WHERE id = ?1) AND ended_at > ?2
             ORDER BY ended_at LIMIT ?3)
         AND s.started_at <= ?2 ORDER BY s.ended_at, s.id LIMIT ?4"
    );
    let live = sessions!(
        "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.ended_at IS NULL AND s.started_at <= ?2
         ORDER BY s.reclaim_hint LIMIT ?3"
    );
    let (id, at) = (license.0.as_bytes(), stored(at));
    let mut found = all(conn, over, (id, at, SEATED_LOOKED_AT, limit), session::numbered)?;
    found.extend(all(conn, live, (id, at, limit), session::numbered)?);
    found.into_iter().map(|(n, session)| with_times(conn, n, session)).collect()
}
