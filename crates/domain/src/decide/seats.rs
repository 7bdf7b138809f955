//! The only place where a seat is taken or freed: the counter, the session and the event go together.

use jiff::Timestamp;
use serde_json::json;

use super::draft::Draft;
use crate::event::{Actor, Stream};
use crate::id::{CheckoutId, SessionId};
use crate::ledger::Change;
use crate::license::License;
use crate::session::{EndReason, Session};

/// Takes a seat for `session`, if one is free or may be taken back. What was taken back stays so.
pub(super) fn take(draft: &mut Draft<'_>, license: &License, session: Session, actor: Actor) -> bool {
    let now = draft.ledger.now;
    let limit = license.limit(now);
    if draft.counters(license.id).in_use >= limit {
        make_room(draft, license, limit);
    }
    let counters = draft.counters(license.id);
    if counters.in_use >= limit {
        return false;
    }
    draft.push(Change::Counters(license.id, counters.seat_taken(limit)));
    draft.event(
        Stream::License(license.id),
        "session.started",
        actor,
        json!({ "session": session.id, "who": session.names.commitment() }),
    );
    draft.push(Change::Session(session));
    true
}

/// Takes back what is due until one seat is free, or nothing more is due.
fn make_room(draft: &mut Draft<'_>, license: &License, limit: u32) {
    correct_hints(draft, license);
    take_back(draft, license, |draft, _| draft.counters(license.id).in_use < limit);
}

/// Takes back what is due, in the order in which it was looked for, until it is `enough`; how many seats.
pub(super) fn take_back(draft: &mut Draft<'_>, license: &License, enough: impl Fn(&Draft<'_>, u32) -> bool) -> u32 {
    let (ledger, mut taken) = (draft.ledger, 0);
    if !ledger.may_reclaim(license) {
        return taken;
    }
    for (_, id) in ledger.candidates.get(&license.id).into_iter().flatten() {
        if enough(draft, taken) {
            break;
        }
        let live = draft.session(*id).filter(|s| s.live()).cloned();
        if let Some(session) = live.filter(|_| draft.due_back(*id) <= ledger.now) {
            let overlap = overlap(draft, &session);
            end(draft, license, *id, EndReason::Reclaimed, ledger.now, overlap, Actor::Job);
            taken += 1;
        }
    }
    taken
}

/// Until when the holder of a seat may go on without knowing that it is gone.
pub(super) fn overlap(draft: &Draft<'_>, session: &Session) -> Option<Timestamp> {
    let until = draft.promises(session.id).map(|times| times.grace_until).max().max(session.overlap_until);
    until.filter(|until| *until > draft.ledger.now)
}

/// Writes down when sessions that were looked at early are really due, so that they are not looked at
/// again before.
pub(super) fn correct_hints(draft: &mut Draft<'_>, license: &License) {
    let now = draft.ledger.now;
    for (_, id) in draft.ledger.candidates.get(&license.id).into_iter().flatten() {
        let due = draft.due_back(*id);
        let early = draft.session(*id).filter(|s| s.live() && s.reclaim_hint < due && due > now).cloned();
        if let Some(session) = early {
            draft.push(Change::Session(Session { reclaim_hint: due, ..session }));
        }
    }
}

/// Keeps a session's hint no later than one of its copies is due. The first refresh moves it from the
/// lease's end to the hold's; after that it is corrected when it is looked at.
pub(super) fn rehint(draft: &mut Draft<'_>, session: Session, first: bool, due: Timestamp) -> Session {
    if (first && due > session.reclaim_hint) || due < session.reclaim_hint {
        let session = Session { reclaim_hint: due, ..session };
        draft.push(Change::Session(session.clone()));
        return session;
    }
    session
}

/// Ends a live session and frees its seat. It ends no earlier than the last of its copies, and what may overlap
/// because of copies that were ended before it still may.
pub(super) fn end(
    draft: &mut Draft<'_>,
    license: &License,
    session: SessionId,
    reason: EndReason,
    at: Timestamp,
    overlap_until: Option<Timestamp>,
    actor: Actor,
) {
    let Some(session) = draft.session(session).filter(|s| s.live()).cloned() else { return };
    let at = session.copy_ended_at.map_or(at, |copy| copy.max(at));
    let overlap_until = session.overlap_until.filter(|until| *until > draft.ledger.now).max(overlap_until);
    let freed = draft.counters(license.id).seat_freed(license.limit(draft.ledger.now));
    draft.push(Change::Counters(license.id, freed));
    draft.event(
        Stream::License(license.id),
        "session.ended",
        actor,
        json!({ "session": session.id, "reason": reason, "at": at, "overlap_until": overlap_until }),
    );
    draft.push(Change::Session(Session { ended: Some((at, reason)), overlap_until, ..session }));
}

/// Ends one copy, by itself at the time it reported or else now; the last one of a session frees the seat.
/// Repeating it changes nothing.
pub(super) fn end_copy(
    draft: &mut Draft<'_>,
    license: &License,
    id: CheckoutId,
    reported: Option<Timestamp>,
    reason: EndReason,
    overlap_until: Option<Timestamp>,
    actor: Actor,
) {
    let now = draft.ledger.now;
    let Some(checkout) = draft.checkout(id).filter(|c| c.ended.is_none()).cloned() else { return };
    let Some(session) = draft.session(checkout.session_id).filter(|s| s.live()).cloned() else { return };
    let at = reported.unwrap_or(now).min(now).max(checkout.refreshed_at);
    let mut over = checkout;
    over.ended = Some((at, reason));
    draft.push(Change::Checkout(over));
    let left = session.checkouts.saturating_sub(1);
    let id_of_session = session.id;
    // The copy that is left may be due sooner than the one that went: look at it now.
    let reclaim_hint = session.reclaim_hint.min(now);
    if left == 0 {
        draft.push(Change::Session(Session { checkouts: left, reclaim_hint, ..session }));
        end(draft, license, id_of_session, reason, at, overlap_until, actor);
        return;
    }
    let copy_ended_at = session.copy_ended_at.max(Some(at));
    let overlap_until = session.overlap_until.max(overlap_until);
    let left = Session { checkouts: left, reclaim_hint, copy_ended_at, overlap_until, ..session };
    draft.push(Change::Session(left));
    draft.event(
        Stream::License(license.id),
        "checkout.ended",
        actor,
        json!({ "session": id_of_session, "checkout": id, "reason": reason, "at": at }),
    );
}
