//! Renewing a lease.

use serde_json::json;

use super::admission::{self, Credential, Standing};
use super::checkout::{self, Claim};
use super::draft::Draft;
use super::seats;
use crate::answer::{Answer, Seat};
use crate::block::Blocked;
use crate::event::{Actor, Stream};
use crate::holder::{HolderKey, Names, Person, Salt, fold};
use crate::id::{CheckoutId, SessionId};
use crate::ledger::Change;
use crate::needs::{HolderNeed, Needs};
use crate::refusal::Refusal;
use crate::session::{Checkout, Leases, Session, Times};

use jiff::Timestamp;

/// What the lease that a program presents says. Its signature was verified before.
#[derive(Clone, Debug)]
pub struct PresentedLease {
    /// Its number within its checkout.
    pub number: u32,
    /// Whether it was given from books that have since been restored from a backup.
    pub before_restore: bool,
    /// Its session.
    pub session_id: SessionId,
    /// Who holds it.
    pub person: Person,
    /// The program's version.
    pub version: String,
    /// When its session began.
    pub started_at: Timestamp,
}

/// A program renews its lease.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// Its token.
    pub credential: Credential,
    /// Its checkout.
    pub id: CheckoutId,
    /// The lease held.
    pub lease: PresentedLease,
    /// Own checkouts that died.
    pub ends: Vec<CheckoutId>,
    /// The features it asked for; all where absent.
    pub features: Option<Vec<String>>,
    /// The address it asks from.
    pub address: String,
    /// Drawn outside, in case the session is adopted.
    pub salt: Salt,
}

impl Refresh {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.credential.needs(needs);
        needs.checkouts.insert(self.id);
        needs.checkouts.extend(&self.ends);
        let license = self.credential.license_id;
        needs.blocked.insert((license, Blocked::Device(self.credential.activation_id)));
        needs.blocked.insert((license, Blocked::User(fold(&self.lease.person.user))));
        if self.lease.before_restore {
            needs.sessions.insert(self.lease.session_id);
            *needs.seats.entry(license).or_default() += 1;
            needs.holders.push(HolderNeed {
                license_id: license,
                activation_id: self.credential.activation_id,
                person: self.lease.person.clone(),
            });
        }
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let standing = self.credential.standing(draft.ledger)?;
        let actor = Actor::Device(standing.activation.id);
        checkout::end_dead(draft, &standing, &self.ends, actor);
        let Some(known) = draft.checkout(self.id).cloned() else {
            return self.adopt(draft, &standing, actor);
        };
        if known.activation_id != standing.activation.id {
            return Err(Refusal::NotFound { what: "checkout" });
        }
        let session = checkout::live_session(draft, &known)?;
        self.permitted(draft, &standing)?;
        let Some(leases) = self.next_lease(known.leases) else {
            return self.forked(draft, session, actor);
        };
        // Whoever presents the newest lease relies on that; another may rely on any given since.
        let newest = self.lease.number == known.leases.given;
        let relied_on = if newest { known.times.grace_until } else { known.times.held_until() };
        let times = Times::given(standing.license, standing.key.refresh_until, draft.ledger.now, true, relied_on);
        let session = seats::rehint(draft, session, known.leases.presented == 0, times.held_until());
        let renewed = Checkout { leases, times, refreshed_at: draft.ledger.now, ..known };
        Ok(checkout::grant(draft, standing.license, session, renewed, Seat::Shared, false, self.features.as_deref()))
    }

    /// The seat is kept whatever is refused here. Blocks are compared with whom the lease was given to: where
    /// devices are counted, a session's copies may be different people's.
    fn permitted(&self, draft: &Draft<'_>, standing: &Standing<'_>) -> Result<(), Refusal> {
        let ledger = draft.ledger;
        admission::usable(standing.license, ledger.now)?;
        if !standing.key.refreshes(ledger.now) {
            return Err(Refusal::KeyRevoked);
        }
        admission::not_blocked(ledger, standing.license, standing.activation.id, Some(&self.lease.person.user))
    }

    fn next_lease(&self, leases: Leases) -> Option<Leases> {
        // Given after the backup that these books were restored from: they know fewer leases than there were.
        if self.lease.before_restore && self.lease.number > leases.given {
            return self.resumed();
        }
        leases.next(self.lease.number)
    }

    fn resumed(&self) -> Option<Leases> {
        let given = self.lease.number.checked_add(1)?;
        Some(Leases { presented: self.lease.number, given, odd: 0 })
    }

    /// A copied or restored state. The session goes on for whoever has the newest lease, and is detached
    /// from its holder, so that the other takes a seat of its own.
    fn forked(&self, draft: &mut Draft<'_>, session: Session, actor: Actor) -> Result<Answer, Refusal> {
        let detached = HolderKey::detached(session.id);
        if session.holder != detached {
            draft.event(
                Stream::License(session.license_id),
                "checkout.forked",
                actor,
                json!({ "session": session.id, "checkout": self.id, "presented": self.lease.number }),
            );
            draft.push(Change::Session(Session { holder: detached, ..session }));
        }
        Err(Refusal::CheckoutForked)
    }

    /// A session that the books forgot because they were restored from a backup, where a seat is free.
    fn adopt(&self, draft: &mut Draft<'_>, standing: &Standing<'_>, actor: Actor) -> Result<Answer, Refusal> {
        let forgotten = Refusal::CheckoutEnded { reason: None };
        let ledger = draft.ledger;
        if !self.lease.before_restore {
            return Err(forgotten);
        }
        self.permitted(draft, standing)?;
        let leases = self.resumed().ok_or(forgotten.clone())?;
        let person = &self.lease.person;
        let known = ledger.sessions.get(&self.lease.session_id);
        if let Some((_, reason)) = known.and_then(|s| s.ended) {
            return Err(Refusal::CheckoutEnded { reason: Some(reason) });
        }
        let times = Times::given(standing.license, standing.key.refresh_until, ledger.now, true, Timestamp::MIN);
        let names = Names::of(person, self.salt);
        let claim = Claim {
            session_id: self.lease.session_id,
            activation_id: standing.activation.id,
            holder: known.map_or_else(
                || HolderKey::of(standing.license.policy.count_by, standing.activation.id, person),
                |session| session.holder,
            ),
            names: &names,
            version: &self.lease.version,
            address: Some(&self.address),
            started_at: self.lease.started_at.min(ledger.now),
            due: times.held_until(),
        };
        let (session, seat) = checkout::seat_for(draft, standing.license, &claim, actor).map_err(|_| forgotten)?;
        draft.event(
            Stream::License(standing.license.id),
            "session.adopted",
            actor,
            json!({ "session": session.id, "checkout": self.id }),
        );
        let adopted = Checkout {
            id: self.id,
            session_id: session.id,
            activation_id: standing.activation.id,
            installation_id: standing.installation.id,
            leases,
            times,
            refreshed_at: ledger.now,
            ended: None,
        };
        Ok(checkout::grant(draft, standing.license, session, adopted, seat, false, self.features.as_deref()))
    }
}
