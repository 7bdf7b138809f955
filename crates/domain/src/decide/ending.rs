//! Ending what stands behind a fence: sessions of a licence or a user, copies on a device. Bounded: what is left
//! is ended by the next command.

use super::draft::Draft;
use super::seats;
use crate::event::Actor;
use crate::id::{ActivationId, SessionId};
use crate::license::License;
use crate::needs::Needs;
use crate::session::{EndReason, Session};

/// Ends those loaded live sessions of a licence that `whose` picks; whether more may be left.
pub(super) fn end_sessions(
    draft: &mut Draft<'_>,
    license: &License,
    reason: EndReason,
    actor: Actor,
    whose: impl Fn(&Session) -> bool,
) -> bool {
    let due = live(draft, license).filter(|s| whose(s)).map(|s| (s.started_at, s.id));
    let mut due: Vec<_> = due.collect();
    due.sort_unstable();
    for (_, id) in &due {
        end(draft, license, *id, reason, actor);
    }
    may_be_left(due.len())
}

/// Ends every loaded copy on a device, wherever its session was started; whether more may be left. A session ends
/// with its last copy, and goes on with those on other devices.
pub(super) fn end_copies(
    draft: &mut Draft<'_>,
    license: &License,
    device: ActivationId,
    reason: EndReason,
    actor: Actor,
) -> bool {
    let ledger = draft.ledger;
    let on_it = |id| -> Vec<_> { ledger.checkouts_of(id).filter(|c| c.activation_id == device).collect() };
    let due = live(draft, license).map(|s| (s, on_it(s.id)));
    let mut due: Vec<_> = due.filter(|(_, copies)| !copies.is_empty()).collect();
    due.sort_unstable_by_key(|(s, _)| (s.started_at, s.id));
    for (session, copies) in &due {
        if copies.len() == session.checkouts as usize {
            end(draft, license, session.id, reason, actor);
            continue;
        }
        for copy in copies {
            let overlap = Some(copy.times.grace_until).filter(|until| *until > ledger.now && !knows(actor));
            seats::end_copy(draft, license, copy.id, None, reason, overlap, actor);
        }
    }
    may_be_left(due.len())
}

fn live<'a>(draft: &Draft<'a>, license: &License) -> impl Iterator<Item = &'a Session> + use<'a> {
    let of = license.id;
    draft.ledger.sessions.values().filter(move |s| s.live() && s.license_id == of)
}

fn end(draft: &mut Draft<'_>, license: &License, id: SessionId, reason: EndReason, actor: Actor) {
    let ledger = draft.ledger;
    let overlap = ledger.sessions.get(&id).filter(|_| !knows(actor)).and_then(|s| seats::overlap(draft, s));
    seats::end(draft, license, id, reason, ledger.now, overlap, actor);
}

/// Whether it is the device itself that ends what it has: then nothing overlaps.
fn knows(actor: Actor) -> bool {
    matches!(actor, Actor::Device(_))
}

fn may_be_left(ended: usize) -> bool {
    ended >= Needs::ENDED_AT_ONCE as usize
}
