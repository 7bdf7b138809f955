//! What was refused, and who held the seats then.

use std::collections::HashMap;

use jiff::Timestamp;
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

use super::PostgresReader;
use super::license::license;
use super::scoped::{Table, may_hold};
use super::session::with_times;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::denial::{self, denials};
use crate::rows::session::{self, sessions};

const DENIALS: Table =
    Table { select: denials!("JOIN licenses l ON l.id = d.license"), customer: "l.customer", id: "d.id" };
const LICENSES: Table = Table { select: "SELECT l.id FROM licenses l", customer: "l.customer", id: "l.id" };
const HINTED: Table = Table {
    select: "SELECT DISTINCT l.id FROM keys k JOIN licenses l ON l.id = k.license",
    customer: "l.customer",
    id: "l.id",
};
const LABELS: Table = Table {
    select: "SELECT l.id, l.serial_number, p.name, c.id, c.name FROM licenses l JOIN products p ON p.id = l.product \
             JOIN customers c ON c.id = l.customer",
    customer: "l.customer",
    id: "l.id",
};

/// The ids of episodes that fit, those before a place first, beside a condition about whose they are.
macro_rules! fitting {
    ($of:literal) => {
        concat!(
            "SELECT x.id, x.first_at FROM denials x WHERE ",
            $of,
            "(x.first_at, x.id) < ($1, $2) AND x.first_at >= $3 AND (CAST($4 AS TEXT) IS NULL OR x.code = $4) \
             AND (CAST($5 AS TEXT) IS NULL OR POSITION($5 IN x.user_folded) > 0 OR ",
            may_hold!("$5", "x.device_name"),
            ") ORDER BY x.first_at DESC, x.id DESC LIMIT $6"
        )
    };
}

const OF_ALL: &str =
    denials!(concat!("JOIN (", fitting!(""), ") AS next ON next.id = d.id ORDER BY d.first_at DESC, d.id DESC"));

/// Each licence is asked for its own newest ones.
const OF_LICENSES: &str = denials!(concat!(
    "JOIN (SELECT n.id FROM unnest(CAST($7 AS UUID[])) AS own (license) CROSS JOIN LATERAL (",
    fitting!("x.license = own.license AND "),
    ") AS n ORDER BY n.first_at DESC, n.id DESC LIMIT $6) AS next ON next.id = d.id \
     ORDER BY d.first_at DESC, d.id DESC"
));

const REFUSED: &str = "SELECT license, COUNT(DISTINCT holder), CAST(SUM(tries) AS BIGINT) FROM denials \
     WHERE license = ANY($1) AND first_at >= $2 GROUP BY license";

const OVER: &str = sessions!(
    "WHERE s.id IN (SELECT id FROM sessions WHERE license = $1 AND ended_at > $2 ORDER BY ended_at LIMIT $3) \
     AND s.started_at <= $2 ORDER BY s.ended_at, s.id LIMIT $4"
);

const LIVE: &str = sessions!(
    "WHERE s.license = $1 AND s.ended_at IS NULL AND s.started_at <= $2 ORDER BY s.reclaim_hint, s.id LIMIT $3"
);

type Read<T> = std::result::Result<T, StoreError>;

impl RefusalReader for PostgresReader {
    fn episodes(
        &self,
        scope: Scope,
        filter: &EpisodeFilter,
        now: Timestamp,
        before: Option<EpisodePlace>,
        limit: u32,
    ) -> Read<Episodes> {
        self.pool.read(|at| {
            let licenses = licenses(at, scope, filter)?;
            episodes(filter, now, before, limit, |before, most| chunk(at, licenses.as_ref(), filter, before, most))
        })
    }

    fn denial(&self, scope: Scope, id: DenialId) -> Read<Option<Denial>> {
        self.pool.read(|at| DENIALS.within(scope).one(at, id.0, denial::denial))
    }

    fn refused_since(&self, licenses: &[LicenseId], since: Timestamp) -> Read<Vec<Refused>> {
        let ids: Vec<Uuid> = licenses.iter().map(|id| id.0).collect();
        let rows = self.pool.read(|at| {
            at.all(REFUSED, params![ids, stored(since)], |row| {
                let mut columns = Columns::of(row);
                Ok((columns.id()?, Refused { people: columns.count()?, tries: columns.count()? }))
            })
        })?;
        let rows: HashMap<LicenseId, Refused> = rows.into_iter().collect();
        Ok(licenses.iter().map(|id| rows.get(id).copied().unwrap_or_default()).collect())
    }

    fn seated_at(&self, scope: Scope, id: LicenseId, instant: Timestamp, limit: u32) -> Read<Vec<SessionRow>> {
        self.pool.read(|at| {
            if license(at, scope, id)?.is_none() {
                return Ok(Vec::new());
            }
            let (instant, most) = (stored(instant), i64::from(limit));
            let looked_at = i64::from(SEATED_LOOKED_AT);
            let mut found = at.all(OVER, params![id.0, instant, looked_at, most], session::session)?;
            found.extend(at.all(LIVE, params![id.0, instant, most], session::session)?);
            Ok(by_end(with_times(at, found)?, limit))
        })
    }

    fn hinted(&self, scope: Scope, group: &str, limit: u32) -> Read<Vec<LicenseId>> {
        let own = HINTED.within(scope).with("k.hint = ?", group.to_owned());
        self.pool.read(|at| own.first(at, "l.id", Some(limit), |row| Columns::of(row).id()))
    }

    fn labels(&self, scope: Scope, licenses: &[LicenseId]) -> Read<Vec<Label>> {
        let ids: Vec<Uuid> = licenses.iter().map(|id| id.0).collect();
        self.pool.read(|at| {
            LABELS.within(scope).with("l.id = ANY(?)", ids).all(at, |row| {
                let mut columns = Columns::of(row);
                Ok(Label {
                    license_id: columns.id()?,
                    serial_number: columns.get()?,
                    product: columns.get()?,
                    customer_id: columns.id()?,
                    customer: columns.get()?,
                })
            })
        })
    }
}

/// The licences that a filter is about; none where all are.
fn licenses(at: &Transaction, scope: Scope, filter: &EpisodeFilter) -> Result<Option<Vec<Uuid>>> {
    if filter.of_all(scope) {
        return Ok(None);
    }
    let query = LICENSES
        .within(scope)
        .and_if("l.id = ?", filter.license_id.map(|id| id.0))
        .and_if("l.customer = ?", filter.customer_id.map(|id| id.0))
        .and_if("l.product = ?", filter.product_id.map(|id| id.0));
    query.all(at, |row| Columns::of(row).get()).map(Some)
}

fn chunk(
    at: &Transaction,
    licenses: Option<&Vec<Uuid>>,
    filter: &EpisodeFilter,
    before: Option<EpisodePlace>,
    most: u32,
) -> Result<Vec<Denial>> {
    let until = filter.until.map(|until| (stored(until), Uuid::nil()));
    let before = before.map(|(at, id)| (stored(at), id.0)).into_iter().chain(until).min();
    let (instant, id) = before.unwrap_or((i64::MAX, Uuid::max()));
    let since = filter.since.map_or(i64::MIN, stored);
    let (code, text, most) = (filter.code.clone(), filter.text.as_deref().map(fold), i64::from(most));
    match licenses {
        None => at.all(OF_ALL, params![instant, id, since, code, text, most], denial::denial),
        Some(ids) => at.all(OF_LICENSES, params![instant, id, since, code, text, most, ids.clone()], denial::denial),
    }
}
