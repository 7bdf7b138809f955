//! Sessions with what their checkouts say.

use jiff::Timestamp;
use rusqlite::{Connection, Result};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{LicenseId, SessionId};
use seatkeeper_domain::session::Session;
use seatkeeper_store::read::{Listed, Page, Scope, SessionFilter, SessionRow, SessionState};

use super::scoped::{Table, bytes};
use crate::row::{Columns, all, one};
use crate::rows::session::{self, sessions};
use seatkeeper_store::code::stored;

const SESSIONS: Table = Table { select: sessions!(""), customer: "l.customer", id: "s.id" };
/// Ordered without the index of ids, which would walk past all that ever ended: by way of the licences'
/// live ones instead.
const LIVE_SESSIONS: Table = Table { select: sessions!(""), customer: "l.customer", id: "+s.id" };

/// Sessions looked at for the ones due back first.
const LOOKED_AT: u32 = 500;

pub(super) fn session(conn: &Connection, scope: Scope, id: SessionId) -> Result<Option<SessionRow>> {
    let found = SESSIONS.within(scope).one(conn, id.0, session::numbered)?;
    found.map(|(n, session)| with_times(conn, n, session)).transpose()
}

pub(super) fn sessions(
    conn: &Connection,
    scope: Scope,
    filter: &SessionFilter,
    now: Timestamp,
    page: Page,
) -> Result<Listed<SessionRow>> {
    const LEASED: &str =
        "(SELECT 1 FROM checkouts o WHERE o.session = s.n AND o.ended_at IS NULL AND o.lease_until > ?)";
    let live = || LIVE_SESSIONS.within(scope).and("s.ended_at IS NULL");
    let now = stored(now);
    let query = match filter.state {
        None => live(),
        Some(SessionState::Live) => live().with(&format!("EXISTS {LEASED}"), now),
        Some(SessionState::Silent) => live().with(&format!("NOT EXISTS {LEASED}"), now),
        Some(SessionState::Ended) => SESSIONS.within(scope).and("s.ended_at IS NOT NULL"),
    };
    let found = query
        .and_if("l.id = ?", filter.license_id.map(|id| bytes(id.0)))
        .and_if("l.customer = (SELECT n FROM customers WHERE id = ?)", filter.customer_id.map(|id| bytes(id.0)))
        .and_if("instr(s.user_folded, ?) > 0", filter.user.as_deref().map(fold))
        .and_if("instr(fold(s.device_name), ?) > 0", filter.device.as_deref().map(fold))
        .and_if(
            "EXISTS (SELECT 1 FROM checkouts o JOIN installations i ON i.n = o.installation JOIN keys k ON k.n = i.key
                 WHERE o.session = s.n AND k.id = ?)",
            filter.key_id.map(|id| bytes(id.0)),
        )
        .page(conn, page, session::numbered, |(_, session)| session.id.0)?;
    let items = found.items.into_iter().map(|(n, session)| with_times(conn, n, session)).collect::<Result<_>>()?;
    Ok(Listed { items, next: found.next })
}

/// A licence's live sessions that are due back first, so many at most. A hint is never later than the
/// instant itself: once it is later than all that were found, nothing better follows.
pub(super) fn soonest_back(conn: &Connection, license: LicenseId, at_most: usize) -> Result<Vec<SessionRow>> {
    let sql = sessions!(
        "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.ended_at IS NULL
         ORDER BY s.reclaim_hint LIMIT ?2"
    );
    let mut soonest: Vec<SessionRow> = Vec::new();
    for (n, session) in all(conn, sql, (license.0.as_bytes(), LOOKED_AT), session::numbered)? {
        if soonest.get(at_most - 1).is_some_and(|last| session.reclaim_hint > held_until(last)) {
            break;
        }
        let row = with_times(conn, n, session)?;
        let place = soonest.partition_point(|before| held_until(before) <= held_until(&row));
        soonest.insert(place, row);
        soonest.truncate(at_most);
    }
    Ok(soonest)
}

fn held_until(row: &SessionRow) -> Timestamp {
    row.back_by.unwrap_or(Timestamp::MAX)
}

/// What the live checkouts of a session say, or of one that is over all that it had.
pub(super) fn with_times(conn: &Connection, n: i64, session: Session) -> Result<SessionRow> {
    let sql = "SELECT MAX(refreshed_at), MAX(lease_until), MAX(grace_until),
            CASE WHEN COUNT(back_by) = COUNT(*) THEN MAX(back_by) END
        FROM checkouts WHERE session = ?1 AND (ended_at IS NULL OR ?2)";
    let times = one(conn, sql, (n, !session.live()), |row| {
        let mut columns = Columns::of(row);
        Ok((columns.maybe_at()?, columns.maybe_at()?, columns.maybe_at()?, columns.maybe_at()?))
    })?;
    let (refreshed, lease, grace, back_by) = times.unwrap_or_default();
    let start = session.started_at;
    Ok(SessionRow {
        refreshed_at: refreshed.unwrap_or(start),
        lease_until: lease.unwrap_or(start),
        grace_until: grace.unwrap_or(start),
        back_by,
        session,
    })
}
