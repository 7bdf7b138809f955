//! Pausing a licence, lifting the pause, ending it for ever. Three verbs, three different things.

use serde_json::json;

use super::draft::Draft;
use super::ending::end_sessions;
use super::office::Office;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::LicenseId;
use crate::ledger::Change;
use crate::license::{License, Status};
use crate::needs::{Ending, Needs};
use crate::refusal::Refusal;
use crate::session::EndReason;

/// Pauses a licence: checkout and refresh are refused, seats stay.
#[derive(Clone, Debug)]
pub struct Suspend {
    /// Which.
    pub license_id: LicenseId,
    /// Why.
    pub reason: String,
}

/// Lifts a pause.
#[derive(Clone, Debug)]
pub struct Resume {
    /// Which.
    pub license_id: LicenseId,
    /// Why.
    pub reason: String,
}

/// Ends a licence for ever. It holds at once; seats are freed in bounded steps.
#[derive(Clone, Debug)]
pub struct Revoke {
    /// Which.
    pub license_id: LicenseId,
    /// Why.
    pub reason: String,
}

impl Suspend {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let license = office.license(draft, self.license_id)?;
        if license.revoked() {
            return Err(Refusal::Conflict("A revoked licence cannot be suspended: revoking is final."));
        }
        turn(draft, license, Status::Suspended, "license.suspended", &self.reason, office);
        Ok(Done::License { id: license.id, key_id: None })
    }
}

impl Resume {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let license = office.license(draft, self.license_id)?;
        if license.revoked() {
            return Err(Refusal::Conflict("A revoked licence cannot be resumed: revoking is final."));
        }
        turn(draft, license, Status::Active, "license.resumed", &self.reason, office);
        Ok(Done::License { id: license.id, key_id: None })
    }
}

impl Revoke {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.endings.insert(Ending::License(self.license_id));
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let license = office.license(draft, self.license_id)?;
        turn(draft, license, Status::Revoked, "license.revoked", &self.reason, office);
        let more = end_sessions(draft, license, EndReason::LicenseRevoked, office.actor, |_| true);
        Ok(Done::Ended { more })
    }
}

fn turn(draft: &mut Draft<'_>, license: &License, to: Status, kind: &'static str, reason: &str, office: &Office) {
    if license.status == to {
        return;
    }
    draft.push(Change::License(License {
        status: to,
        status_reason: (to != Status::Active).then(|| reason.to_owned()),
        resumed_at: if to == Status::Active { Some(draft.ledger.now) } else { license.resumed_at },
        revision: license.revision + 1,
        ..license.clone()
    }));
    draft.event(Stream::License(license.id), kind, office.actor, json!({ "reason": reason }));
}
