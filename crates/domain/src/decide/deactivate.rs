//! Giving a device up: by itself (Move Licence) or by an administrator (a lost laptop).

use serde_json::json;

use super::admission::Credential;
use super::draft::Draft;
use super::ending::end_copies;
use super::office::Office;
use crate::activation::{Activation, ActivationEnd};
use crate::answer::{Answer, Done};
use crate::event::{Actor, Stream};
use crate::id::ActivationId;
use crate::ledger::Change;
use crate::license::{Counters, License};
use crate::needs::{Ending, Needs};
use crate::refusal::Refusal;
use crate::session::EndReason;

/// A device gives itself up.
#[derive(Clone, Copy, Debug)]
pub struct Deactivate {
    /// Its token.
    pub credential: Credential,
}

impl Deactivate {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.credential.needs(needs);
        needs.activations.insert(self.credential.activation_id);
        needs.endings.insert(Ending::Activation(self.credential.activation_id));
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let activation = draft.ledger.activations.get(&self.credential.activation_id);
        let license = draft.license(self.credential.license_id);
        let (Some(activation), Some(license)) = (activation, license) else { return Ok(Answer::Returned) };
        // Repeating it answers as before; but a request that comes late, with a token from before the device
        // was admitted again, must not end what it has now.
        if activation.active() {
            self.credential.standing(draft.ledger)?;
        }
        let actor = Actor::Device(activation.id);
        end_device(draft, license, activation, ActivationEnd::Moved, None, actor);
        let more = end_copies(draft, license, activation.id, EndReason::ActivationEnded, actor);
        Ok(Answer::Done(Done::Ended { more }))
    }
}

/// An administrator ends a device.
#[derive(Clone, Debug)]
pub struct EndActivation {
    /// Which.
    pub activation_id: ActivationId,
    /// Why.
    pub reason: String,
    /// Only ends what an earlier end left; a device that came back since stays.
    pub finish: bool,
}

impl EndActivation {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.activations.insert(self.activation_id);
        needs.endings.insert(Ending::Activation(self.activation_id));
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let not_found = Refusal::NotFound { what: "activation" };
        let activation = draft.ledger.activations.get(&self.activation_id).ok_or(not_found.clone())?;
        let license = office.license(draft, activation.license_id).map_err(|_| not_found)?;
        if self.finish && activation.active() {
            return Ok(Done::Ended { more: false });
        }
        end_device(draft, license, activation, ActivationEnd::Ended, Some(&self.reason), office.actor);
        let more = end_copies(draft, license, activation.id, EndReason::ActivationEnded, office.actor);
        Ok(Done::Ended { more })
    }
}

/// Ends a device that is admitted; its tokens are good for nothing from here on.
pub(super) fn end_device(
    draft: &mut Draft<'_>,
    license: &License,
    activation: &Activation,
    how: ActivationEnd,
    reason: Option<&str>,
    actor: Actor,
) {
    if !activation.active() {
        return;
    }
    let counters = draft.counters(license.id);
    draft.push(Change::Counters(license.id, Counters { devices: counters.devices.saturating_sub(1), ..counters }));
    draft.event(
        Stream::License(license.id),
        "activation.ended",
        actor,
        json!({ "activation": activation.id, "how": how, "reason": reason }),
    );
    draft.push(Change::Activation(Activation { ended: Some((draft.ledger.now, how)), ..activation.clone() }));
}
