//! Sessions with what their checkouts say.

use std::collections::HashMap;

use jiff::Timestamp;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{LicenseId, SessionId};
use seatkeeper_domain::session::Session;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::{Listed, Page, Scope, SessionFilter, SessionRow, SessionState};
use uuid::Uuid;

use super::scoped::{MOST, Query, Table, cut};
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::session::{self, sessions};

const SESSIONS: Table =
    Table { select: sessions!("JOIN licenses l ON l.id = s.license"), customer: "l.customer", id: "s.id" };

/// Their devices' names alone.
const NAMES: Table = Table {
    select: "SELECT s.id, s.device_name FROM sessions s JOIN licenses l ON l.id = s.license",
    customer: "l.customer",
    id: "s.id",
};

/// Sessions looked at for the ones due back first, and how many of them at once.
const LOOKED_AT: i64 = 500;
const LOOKED_AT_ONCE: i64 = 50;

pub(super) fn session(at: &Transaction, scope: Scope, id: SessionId) -> Result<Option<SessionRow>> {
    let found = SESSIONS.within(scope).one(at, id.0, session::session)?;
    Ok(with_times(at, found.into_iter().collect())?.pop())
}

pub(super) fn sessions(
    at: &Transaction,
    scope: Scope,
    filter: &SessionFilter,
    now: Timestamp,
    page: Page,
) -> Result<Listed<SessionRow>> {
    let limit = page.limit.clamp(1, MOST);
    let found = match &filter.device {
        None => query(&SESSIONS, scope, filter, now).following(at, page.after, limit + 1, session::session)?,
        Some(device) => on_devices(at, query(&NAMES, scope, filter, now), &fold(device), page.after, limit + 1)?,
    };
    let Listed { items, next } = cut(found, limit, |session| session.id.0);
    Ok(Listed { items: with_times(at, items)?, next })
}

/// All that a filter asks for but the device's name.
fn query(table: &Table, scope: Scope, filter: &SessionFilter, now: Timestamp) -> Query {
    const LEASED: &str =
        "(SELECT 1 FROM checkouts o WHERE o.session = s.id AND o.ended_at IS NULL AND o.lease_until > ?)";
    // The live ones are few beside all that ever ended.
    let live = || table.within(scope).by_conditions().and("s.ended_at IS NULL");
    let now = stored(now);
    let query = match filter.state {
        None => live(),
        Some(SessionState::Live) => live().with(&format!("EXISTS {LEASED}"), now),
        Some(SessionState::Silent) => live().with(&format!("NOT EXISTS {LEASED}"), now),
        Some(SessionState::Ended) => table.within(scope).and("s.ended_at IS NOT NULL"),
    };
    query
        .and_if("s.license = ?", filter.license_id.map(|id| id.0))
        .and_if("l.customer = ?", filter.customer_id.map(|id| id.0))
        .and_if("POSITION(? IN s.user_folded) > 0", filter.user.as_deref().map(fold))
        .and_if(
            "EXISTS (SELECT 1 FROM checkouts o \
                 JOIN installations i ON i.activation = o.activation AND i.id = o.installation \
                 WHERE o.session = s.id AND i.key = ?)",
            filter.key_id.map(|id| id.0),
        )
}

/// Those on devices whose name holds a part. Names of devices are for reading and stand only as they were written, and the
/// database folds some letters in another way than the domain does: so they are folded and compared here.
fn on_devices(at: &Transaction, names: Query, part: &str, after: Option<Uuid>, most: u32) -> Result<Vec<Session>> {
    let mut ids: Vec<Uuid> = Vec::new();
    names.walk(at, after, |row| {
        let mut columns = Columns::of(row);
        let (id, name): (Uuid, Option<&str>) = (columns.get()?, columns.get()?);
        if name.is_some_and(|name| fold(name).contains(part)) {
            ids.push(id);
        }
        Ok(ids.len() < most as usize)
    })?;
    at.all(sessions!("WHERE s.id = ANY($1) ORDER BY s.id"), params![ids], session::session)
}

/// A licence's live sessions that are due back first, so many at most. A hint is never later than the
/// instant itself: once it is later than all that were found, nothing better follows.
pub(super) fn soonest_back(at: &Transaction, license: LicenseId, at_most: usize) -> Result<Vec<SessionRow>> {
    let sql = sessions!("WHERE s.license = $1 AND s.ended_at IS NULL ORDER BY s.reclaim_hint, s.id LIMIT $2 OFFSET $3");
    let mut soonest: Vec<SessionRow> = Vec::new();
    for seen in (0..LOOKED_AT).step_by(LOOKED_AT_ONCE as usize) {
        let some = at.all(sql, params![license.0, LOOKED_AT_ONCE, seen], session::session)?;
        let all = (some.len() as i64) < LOOKED_AT_ONCE;
        for row in with_times(at, some)? {
            if soonest.get(at_most - 1).is_some_and(|last| row.session.reclaim_hint > held_until(last)) {
                return Ok(soonest);
            }
            let place = soonest.partition_point(|before| held_until(before) <= held_until(&row));
            soonest.insert(place, row);
            soonest.truncate(at_most);
        }
        if all {
            break;
        }
    }
    Ok(soonest)
}

fn held_until(row: &SessionRow) -> Timestamp {
    row.back_by.unwrap_or(Timestamp::MAX)
}

/// The latest of what checkouts say: when they were refreshed, their lease's end, their grace's, when they are back.
type Times = (Timestamp, Timestamp, Timestamp, Option<Timestamp>);

/// What the live checkouts of each session say, or of one that is over all that it had.
pub(super) fn with_times(at: &Transaction, sessions: Vec<Session>) -> Result<Vec<SessionRow>> {
    // Session by session: before a database has counted its rows, a join would walk all checkouts for a few sessions.
    let sql = "SELECT asked.session, said.* FROM unnest(CAST($1 AS UUID[])) AS asked (session) CROSS JOIN LATERAL \
         (SELECT MAX(o.refreshed_at), MAX(o.lease_until), MAX(o.grace_until), \
             CASE WHEN COUNT(o.back_by) = COUNT(*) THEN MAX(o.back_by) END \
             FROM checkouts o WHERE o.session = asked.session AND (o.ended_at IS NULL OR EXISTS \
                 (SELECT 1 FROM sessions s WHERE s.id = asked.session AND s.ended_at IS NOT NULL)) \
             HAVING COUNT(*) > 0) AS said";
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id.0).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let times = at.all(sql, params![ids], |row| {
        let mut columns = Columns::of(row);
        let id: SessionId = columns.id()?;
        Ok((id, (columns.at()?, columns.at()?, columns.at()?, columns.maybe_at()?)))
    })?;
    let times: HashMap<SessionId, Times> = times.into_iter().collect();
    let row = |session: Session| {
        let start = session.started_at;
        let times = times.get(&session.id).copied();
        let (refreshed_at, lease_until, grace_until, back_by) = times.unwrap_or((start, start, start, None));
        SessionRow { session, refreshed_at, lease_until, grace_until, back_by }
    };
    Ok(sessions.into_iter().map(row).collect())
}
