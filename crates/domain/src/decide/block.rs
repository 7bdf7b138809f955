//! Shutting a user or a device out of a licence.

use serde_json::json;

use super::deactivate::end_device;
use super::draft::Draft;
use super::ending::{end_copies, end_sessions};
use super::office::Office;
use crate::activation::ActivationEnd;
use crate::answer::Done;
use crate::block::{self, Blocked};
use crate::event::Stream;
use crate::id::{BlockId, LicenseId};
use crate::ledger::Change;
use crate::license::License;
use crate::needs::{Ending, Needs};
use crate::policy::CountBy;
use crate::refusal::Refusal;
use crate::session::{EndReason, Session};

/// Shuts somebody out. It holds at once: sessions that it ends are ended here or refused at their next
/// refresh.
#[derive(Clone, Debug)]
pub struct Block {
    /// Drawn outside.
    pub id: BlockId,
    /// The licence.
    pub license_id: LicenseId,
    /// Who; a user's name is folded.
    pub who: Blocked,
    /// Why.
    pub reason: String,
    /// Only ends what an earlier block left; puts none where none is.
    pub finish: bool,
}

impl Block {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.blocked.insert((self.license_id, self.who.clone()));
        needs.endings.insert(Ending::Blocked(self.license_id, self.who.clone()));
        if let Blocked::Device(id) = &self.who {
            needs.activations.insert(*id);
        }
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let ledger = draft.ledger;
        let license = office.license(draft, self.license_id)?;
        let id = match ledger.block_of(license.id, &self.who) {
            Some(there) => there.id,
            None if self.finish => return Ok(Done::Block { id: self.id, more: false }),
            None => {
                self.put(draft, license, office)?;
                self.id
            }
        };
        let (reason, actor) = (EndReason::Blocked, office.actor);
        let more = match &self.who {
            Blocked::User(user) => {
                // Where devices are counted others may be at work in the seat that this one opened: it goes on with
                // them, and whoever is blocked is refused at the next refresh.
                let shared = |s: &Session| license.policy.count_by == CountBy::Device && s.checkouts > 1;
                end_sessions(draft, license, reason, actor, |s| s.names.is_user(user) && !shared(s))
            }
            Blocked::Device(device) => {
                if let Some(activation) = ledger.activations.get(device) {
                    end_device(draft, license, activation, ActivationEnd::Blocked, Some(&self.reason), actor);
                }
                end_copies(draft, license, *device, reason, actor)
            }
        };
        Ok(Done::Block { id, more })
    }

    fn put(&self, draft: &mut Draft<'_>, license: &License, office: &Office) -> Result<(), Refusal> {
        let device = match &self.who {
            Blocked::Device(id) => {
                let known = draft.ledger.activations.get(id).is_some_and(|a| a.license_id == license.id);
                if !known {
                    return Err(Refusal::field("device", "is not a device of this licence"));
                }
                Some(*id)
            }
            Blocked::User(_) => None,
        };
        let now = draft.ledger.now;
        draft.push(Change::License(License { ever_blocked: true, revision: license.revision + 1, ..license.clone() }));
        draft.push(Change::Block(block::Block {
            id: self.id,
            license_id: license.id,
            who: self.who.clone(),
            reason: self.reason.clone(),
            created_at: now,
        }));
        // A user's name stands in the block alone, not in the chain.
        draft.event(
            Stream::License(license.id),
            "block.put",
            office.actor,
            json!({ "block": self.id, "device": device, "reason": self.reason }),
        );
        Ok(())
    }
}

/// Lets somebody in again.
#[derive(Clone, Copy, Debug)]
pub struct Unblock {
    /// The licence.
    pub license_id: LicenseId,
    /// Which block.
    pub block_id: BlockId,
}

impl Unblock {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.blocks.insert(self.block_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let license = office.license(draft, self.license_id)?;
        let block = draft.ledger.blocks.get(&self.block_id).filter(|b| b.license_id == license.id);
        let block = block.ok_or(Refusal::NotFound { what: "block" })?;
        let device = match &block.who {
            Blocked::Device(id) => Some(*id),
            Blocked::User(_) => None,
        };
        draft.push(Change::Unblock(block.id));
        let body = json!({ "block": block.id, "device": device });
        draft.event(Stream::License(license.id), "block.lifted", office.actor, body);
        Ok(Done::Unblocked)
    }
}
