//! A decision in the making: the ledger, with what this command has changed so far on top.

use crate::event::{Actor, Stream};
use crate::id::{ActivationId, CheckoutId, LicenseId, SessionId};
use crate::ledger::{Change, Ledger};
use crate::license::{Counters, License};
use crate::session::{Checkout, Session, Times};

use jiff::Timestamp;

/// The ledger as this command sees it.
pub(super) struct Draft<'a> {
    pub(super) ledger: &'a Ledger,
    changes: Vec<Change>,
}

impl<'a> Draft<'a> {
    pub(super) fn on(ledger: &'a Ledger) -> Self {
        Self { ledger, changes: Vec::new() }
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    pub(super) fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn event(&mut self, stream: Stream, kind: &'static str, actor: Actor, body: serde_json::Value) {
        self.push(Change::Event { stream, kind, actor, body });
    }

    /// The licence as stored: one command changes a licence once, at its end.
    pub(super) fn license(&self, id: LicenseId) -> Option<&'a License> {
        self.ledger.licenses.get(&id)
    }

    pub(super) fn counters(&self, id: LicenseId) -> Counters {
        self.changes
            .iter()
            .rev()
            .find_map(|change| match change {
                Change::Counters(of, counters) if *of == id => Some(*counters),
                _ => None,
            })
            .or_else(|| self.ledger.counters.get(&id).copied())
            .unwrap_or_default()
    }

    /// Live holders on a device, where its licence limits them; one whose session this command ended is gone.
    pub(super) fn holders_on(&self, device: ActivationId) -> Option<u32> {
        let ended = |change: &&Change| matches!(change, Change::Session(s) if s.activation_id == device && !s.live());
        let gone = self.changes.iter().filter(ended).count();
        self.ledger.holders_on.get(&device).map(|holders| holders.saturating_sub(gone as u32))
    }

    /// What a session's live checkouts promise, those that this command ended left out, where all of them are loaded.
    pub(super) fn promises(&self, session: SessionId) -> impl Iterator<Item = Times> {
        let live = self.ledger.checkouts_of(session).filter_map(|c| self.checkout(c.id));
        live.filter(|c| c.ended.is_none()).map(|c| c.times)
    }

    /// When a session is due back, as far as its live checkouts are loaded.
    pub(super) fn due_back(&self, session: SessionId) -> Timestamp {
        self.promises(session).map(|times| times.held_until()).max().unwrap_or(Timestamp::MIN)
    }

    pub(super) fn session(&self, id: SessionId) -> Option<&Session> {
        self.changes
            .iter()
            .rev()
            .find_map(|change| match change {
                Change::Session(session) if session.id == id => Some(session),
                _ => None,
            })
            .or_else(|| self.ledger.sessions.get(&id))
    }

    pub(super) fn checkout(&self, id: CheckoutId) -> Option<&Checkout> {
        self.changes
            .iter()
            .rev()
            .find_map(|change| match change {
                Change::Checkout(checkout) if checkout.id == id => Some(checkout),
                _ => None,
            })
            .or_else(|| self.ledger.checkouts.get(&id))
    }
}
