//! What was written down: events along their lanes, and refusals.

use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::fold;
use seatkeeper_store::code::stored;
use seatkeeper_store::read::{DenialFilter, EventRow, LanePosition, Listed, Page, Scope};

use super::scoped::Table;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::denial::{self, denials};
use crate::rows::event::{self, events};

const DENIALS: Table =
    Table { select: denials!("JOIN licenses l ON l.id = d.license"), customer: "l.customer", id: "d.id" };

/// By way of what they are asked for, which is in one of them as a rule, and not of all that a customer was refused: no index has
/// the customer in this form.
const ASKED_DENIALS: Table = Table { customer: "COALESCE(l.customer)", ..DENIALS };

/// Events at most in one reading.
pub(super) const MOST: u32 = 1_000;

/// Events of a lane after a place on it, so many at most.
pub(crate) const OF_LANE: &str = events!("WHERE e.lane = $1 AND e.number > $2 ORDER BY e.number LIMIT $3");

/// Events of one customer and its licences. Each stream is asked for its own next ones, so that following
/// along costs the same however much others do.
const OF_CUSTOMER: &str = events!(
    "JOIN (SELECT n.number FROM \
         (SELECT CAST(0 AS BIGINT) AS kind, id FROM licenses WHERE customer = $4 UNION ALL SELECT 1, $4) AS own \
         JOIN LATERAL (SELECT x.number FROM events x \
             WHERE x.stream = own.id AND x.stream_kind = own.kind AND x.lane = $1 AND x.number > $2 \
             ORDER BY x.number LIMIT $3) AS n ON TRUE \
         ORDER BY n.number LIMIT $3) AS next ON e.lane = $1 AND e.number = next.number ORDER BY e.number"
);

pub(super) fn denials(at: &Transaction, scope: Scope, filter: &DenialFilter, page: Page) -> Result<Listed<Denial>> {
    let of_request = filter.request.as_ref().map(|request| request.0.clone());
    let denials = match of_request {
        Some(_) => ASKED_DENIALS.within(scope).by_conditions(),
        None => DENIALS.within(scope),
    };
    denials
        .and_if("d.license = ?", filter.license_id.map(|id| id.0))
        .and_if("l.customer = ?", filter.customer_id.map(|id| id.0))
        .and_if("POSITION(? IN d.user_folded) > 0", filter.user.as_deref().map(fold))
        .and_if("d.id = ANY(ARRAY(SELECT denial FROM tries WHERE request = ?))", of_request)
        .and_if("d.first_at >= ?", filter.since.map(stored))
        .and_if("d.first_at < ?", filter.until.map(stored))
        .page(at, page, denial::denial, |d| d.id.0)
}

pub(crate) fn lanes(at: &Transaction) -> Result<Vec<LanePosition>> {
    at.all("SELECT lane, sequence FROM lanes ORDER BY lane", params![], |row| {
        let mut columns = Columns::of(row);
        Ok(LanePosition { lane: columns.count()?, number: columns.count()? })
    })
}

/// One lane after another, of those that are further than where the follower is.
pub(super) fn events(at: &Transaction, scope: Scope, after: &[LanePosition], limit: u32) -> Result<Vec<EventRow>> {
    let limit = limit.min(MOST) as usize;
    let mut found: Vec<EventRow> = Vec::new();
    for lane in lanes(at)? {
        let seen = after.iter().find(|position| position.lane == lane.lane).map_or(0, |position| position.number);
        if found.len() < limit && seen < lane.number {
            let left = (limit - found.len()) as i64;
            let (number, seen) = (i64::from(lane.lane), i64::try_from(seen).unwrap_or(i64::MAX));
            let rows = match scope {
                Scope::Vendor => at.all(OF_LANE, params![number, seen, left], event::event)?,
                Scope::Customer(id) => at.all(OF_CUSTOMER, params![number, seen, left, id.0], event::event)?,
            };
            found.extend(rows);
        }
    }
    Ok(found)
}
