//! Refusals written down as episodes.

use serde_json::json;

use super::draft::Draft;
use crate::denial::{Denial, Outcome, RequestId};
use crate::event::{Actor, Stream};
use crate::holder::{HolderKey, Names};
use crate::id::{ActivationId, DenialId};
use crate::ledger::Change;
use crate::license::License;
use crate::refusal::Refusal;

/// Drawn outside, in case this request is refused.
#[derive(Clone, Debug)]
pub struct DenialIds {
    /// The episode's id, if this begins one.
    pub id: DenialId,
    /// What the request is called.
    pub request: RequestId,
}

/// Who was refused.
pub(super) struct Refused<'a> {
    pub(super) holder: HolderKey,
    pub(super) activation_id: Option<ActivationId>,
    pub(super) names: &'a Names,
    pub(super) version: &'a str,
}

/// Writes a refusal down: one more try of the holder's episode, or a new one.
pub(super) fn record(draft: &mut Draft<'_>, license: &License, who: &Refused<'_>, ids: &DenialIds, refusal: &Refusal) {
    let now = draft.ledger.now;
    let open = draft.ledger.episode_of(license.id, who.holder).cloned();
    match open {
        Some(open) if open.continues(now) && open.code == refusal.code() => {
            draft.push(Change::Denial(open.tried(ids.request.clone(), now)));
            return;
        }
        Some(open) => close(draft, open, Outcome::GaveUp),
        None => {}
    }
    let counters = draft.counters(license.id);
    draft.push(Change::Denial(Denial {
        id: ids.id,
        license_id: license.id,
        holder: who.holder,
        activation_id: who.activation_id,
        names: who.names.clone(),
        version: who.version.to_owned(),
        code: refusal.code().to_owned(),
        detail: refusal.to_string(),
        tries: 1,
        requests: vec![ids.request.clone()],
        first_at: now,
        last_at: now,
        seats: license.seats(now),
        in_use: counters.in_use,
        outcome: None,
    }));
    draft.event(
        Stream::License(license.id),
        "denial.began",
        who.activation_id.map_or(Actor::Job, Actor::Device),
        json!({ "denial": ids.id, "code": refusal.code(), "who": who.names.commitment(), "in_use": counters.in_use }),
    );
}

/// Notes that a holder got a seat after all.
pub(super) fn granted(draft: &mut Draft<'_>, license: &License, holder: HolderKey) {
    if let Some(open) = draft.ledger.episode_of(license.id, holder).cloned() {
        let outcome = if open.continues(draft.ledger.now) { Outcome::Granted } else { Outcome::GaveUp };
        close(draft, open, outcome);
    }
}

fn close(draft: &mut Draft<'_>, open: Denial, outcome: Outcome) {
    let at = draft.ledger.now;
    draft.event(
        Stream::License(open.license_id),
        "denial.ended",
        open.activation_id.map_or(Actor::Job, Actor::Device),
        json!({ "denial": open.id, "outcome": outcome, "tries": open.tries }),
    );
    draft.push(Change::Denial(Denial { outcome: Some((at, outcome)), ..open }));
}
