//! Giving somebody's seat back for them.

use serde_json::json;

use super::draft::Draft;
use super::office::Office;
use super::seats;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::SessionId;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::session::EndReason;

/// An administrator releases a session.
#[derive(Clone, Debug)]
pub struct Release {
    /// Which.
    pub session_id: SessionId,
    /// Why.
    pub reason: String,
}

impl Release {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.sessions.insert(self.session_id);
    }

    /// Releasing one that is over already answers what was said then.
    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let not_found = Refusal::NotFound { what: "session" };
        let Some(session) = draft.session(self.session_id).cloned() else { return Err(not_found) };
        let license = office.license(draft, session.license_id).map_err(|_| not_found)?;
        if !session.live() {
            return Ok(Done::Released { session_id: session.id, overlap_until: session.overlap_until });
        }
        let overlap_until = seats::overlap(draft, &session);
        draft.event(
            Stream::License(license.id),
            "session.released",
            office.actor,
            json!({ "session": session.id, "reason": self.reason }),
        );
        let now = draft.ledger.now;
        seats::end(draft, license, session.id, EndReason::Released, now, overlap_until, office.actor);
        Ok(Done::Released { session_id: session.id, overlap_until })
    }
}
