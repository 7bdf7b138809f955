//! What the invariants look at, reckoned from rows alone: nothing here asks the domain what it thinks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::holder::{HolderKey, fold};
use seatkeeper_domain::id::{ActivationId, LicenseId, SessionId};
use seatkeeper_domain::license::License;
use seatkeeper_domain::policy::CountBy;
use seatkeeper_domain::session::{EndReason, Session};
use seatkeeper_store::conformance::Books;

/// When a live session's seat is back at the latest.
pub(crate) fn due_back(books: &Books, session: SessionId) -> Timestamp {
    let holds = |back_by: Option<Timestamp>| back_by.unwrap_or(Timestamp::MAX);
    books.live_checkouts(session).map(|c| holds(c.times.back_by)).max().unwrap_or(Timestamp::MIN)
}

/// Until when the last of a session's programs may go on by itself.
pub(crate) fn grace_until(books: &Books, session: SessionId) -> Timestamp {
    books.live_checkouts(session).map(|c| c.times.grace_until).max().unwrap_or(Timestamp::MIN)
}

/// Sessions that one command ended, as they were before, with the reason.
pub(crate) fn ended<'a>(before: &'a Books, after: &'a Books) -> impl Iterator<Item = (&'a Session, EndReason)> {
    before.sessions.values().filter(|s| s.live()).filter_map(|was| {
        let (_, reason) = after.sessions.get(&was.id)?.ended?;
        Some((was, reason))
    })
}

/// Who a session's holder is, as people would say; nobody for one that was forked off.
pub(crate) fn identity(license: &License, session: &Session) -> Option<(Option<ActivationId>, String, String)> {
    if session.holder == HolderKey::detached(session.id) {
        return None;
    }
    let user = fold(session.names.user.as_deref().unwrap_or_default());
    let os_session = session.names.os_session.as_deref().map(fold).unwrap_or_default();
    Some(match license.policy.count_by {
        CountBy::Holder => (Some(session.activation_id), user, os_session),
        CountBy::User => (None, user, String::new()),
        CountBy::Device => (Some(session.activation_id), String::new(), String::new()),
    })
}

/// The last instant at which a licence may be used.
pub(crate) fn end(license: &License) -> Timestamp {
    license.ends_at().unwrap_or(Timestamp::MAX)
}

/// Whether a licence admits neither this device nor this user.
pub(crate) fn shut_out(books: &Books, license: LicenseId, device: ActivationId, user: &str) -> bool {
    books.blocks.values().filter(|b| b.license_id == license).any(|b| match &b.who {
        Blocked::Device(id) => *id == device,
        Blocked::User(folded) => *folded == fold(user),
    })
}

/// Rows of one table that differ, by key.
pub(crate) fn differing<'a, K: Ord, V: PartialEq>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, &'a V)> {
    after.iter().filter(|(key, row)| before.get(key) != Some(row))
}
