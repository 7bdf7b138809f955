//! Taking a seat, or joining the one its holder has.

use jiff::Timestamp;
use serde_json::json;

use super::admission::{self, Credential, Standing};
use super::denial::{self, DenialIds, Refused};
use super::draft::Draft;
use super::seats;
use crate::answer::{Answer, Granted, Seat};
use crate::event::{Actor, Stream};
use crate::holder::{HolderKey, Names, Person, Salt};
use crate::id::{CheckoutId, SessionId};
use crate::ledger::Change;
use crate::license::License;
use crate::needs::{HolderNeed, Needs};
use crate::policy::CountBy;
use crate::refusal::Refusal;
use crate::session::{self, EndReason, Leases, Session, Times};
use crate::version::Version;

/// A program asks for a seat.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Its token.
    pub credential: Credential,
    /// The id the client made up.
    pub id: CheckoutId,
    /// Who asks.
    pub person: Person,
    /// The program's version.
    pub version: Version,
    /// The program's release date.
    pub released_at: Option<Timestamp>,
    /// The features wanted; all where absent.
    pub features: Option<Vec<String>>,
    /// Own checkouts that died.
    pub ends: Vec<CheckoutId>,
    /// Since when the program has run with no contact.
    pub offline_since: Option<Timestamp>,
    /// The address it asks from.
    pub address: String,
    /// Drawn outside: the session's id, if it opens one.
    pub session_id: SessionId,
    /// Drawn outside: what the names are committed to with.
    pub salt: Salt,
    /// Drawn outside.
    pub denial: DenialIds,
}

/// Most copies that one session may have. More is a program gone wrong.
pub(super) const MOST_COPIES: u32 = 256;

/// The first refresh comes early, so that a program that runs on is soon told from one that died at once
/// and may hold its seat for its whole grace.
const FIRST_REFRESH_SECONDS: u32 = 60;

impl Checkout {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.credential.needs(needs);
        needs.checkouts.insert(self.id);
        needs.checkouts.extend(&self.ends);
        *needs.seats.entry(self.credential.license_id).or_default() += 1;
        needs.holders.push(HolderNeed {
            license_id: self.credential.license_id,
            activation_id: self.credential.activation_id,
            person: self.person.clone(),
        });
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let standing = self.credential.standing(draft.ledger)?;
        let actor = Actor::Device(self.credential.activation_id);
        end_dead(draft, &standing, &self.ends, actor);
        let names = Names::of(&self.person, self.salt);
        let holder = HolderKey::of(standing.license.policy.count_by, standing.activation.id, &self.person);
        let answer = match draft.checkout(self.id).cloned() {
            Some(known) => self.again(draft, &standing, known),
            None => self.admit(draft, &standing, holder, &names, actor),
        };
        match &answer {
            Ok(_) => denial::granted(draft, standing.license, holder),
            // Nobody was denied a seat: the id was used up, and the program asks with another.
            Err(Refusal::CheckoutEnded { .. } | Refusal::NotFound { .. }) => {}
            Err(refusal) => {
                let who = Refused {
                    holder,
                    activation_id: Some(standing.activation.id),
                    names: &names,
                    version: self.version.as_str(),
                };
                denial::record(draft, standing.license, &who, &self.denial, refusal);
            }
        }
        answer
    }

    fn permitted(&self, draft: &Draft<'_>, standing: &Standing<'_>) -> Result<(), Refusal> {
        let ledger = draft.ledger;
        admission::usable(standing.license, ledger.now)?;
        admission::not_blocked(ledger, standing.license, standing.activation.id, Some(&self.person.user))?;
        if !standing.key.opens(ledger.now) || !standing.key.refreshes(ledger.now) {
            return Err(Refusal::KeyRevoked);
        }
        admission::release_covered(ledger, standing.license, &self.version, self.released_at)
    }

    /// The same request again. It never takes a second seat; it may find its own gone.
    fn again(
        &self,
        draft: &mut Draft<'_>,
        standing: &Standing<'_>,
        known: session::Checkout,
    ) -> Result<Answer, Refusal> {
        if known.installation_id != standing.installation.id || known.activation_id != standing.activation.id {
            return Err(Refusal::NotFound { what: "checkout" });
        }
        let session = live_session(draft, &known)?;
        self.permitted(draft, standing)?;
        let now = draft.ledger.now;
        let refreshed = known.leases.presented > 0;
        let relied_on = known.times.held_until();
        let times = Times::given(standing.license, standing.key.refresh_until, now, refreshed, relied_on);
        let session = seats::rehint(draft, session, false, times.held_until());
        let checkout = session::Checkout { leases: known.leases.repeated(), times, refreshed_at: now, ..known };
        Ok(grant(draft, standing.license, session, checkout, Seat::Shared, true, self.features.as_deref()))
    }

    fn admit(
        &self,
        draft: &mut Draft<'_>,
        standing: &Standing<'_>,
        holder: HolderKey,
        names: &Names,
        actor: Actor,
    ) -> Result<Answer, Refusal> {
        self.permitted(draft, standing)?;
        let (license, now) = (standing.license, draft.ledger.now);
        let times = Times::given(license, standing.key.refresh_until, now, false, Timestamp::MIN);
        let claim = Claim {
            session_id: self.session_id,
            activation_id: standing.activation.id,
            holder,
            names,
            version: self.version.as_str(),
            address: Some(&self.address),
            started_at: now,
            due: times.held_until(),
        };
        let (session, seat) = seat_for(draft, license, &claim, actor)?;
        if seat == Seat::Shared {
            draft.event(
                Stream::License(license.id),
                "checkout.joined",
                actor,
                json!({ "session": session.id, "checkout": self.id }),
            );
        }
        if let Some(since) = self.offline_since {
            draft.event(
                Stream::License(license.id),
                "grace.reported",
                actor,
                json!({ "session": session.id, "offline_since": since }),
            );
        }
        let checkout = session::Checkout {
            id: self.id,
            session_id: session.id,
            activation_id: standing.activation.id,
            installation_id: standing.installation.id,
            leases: Leases::FIRST,
            times,
            refreshed_at: now,
            ended: None,
        };
        Ok(grant(draft, license, session, checkout, seat, false, self.features.as_deref()))
    }
}

/// A claim on a seat, by a checkout or by a lease that the books had forgotten.
pub(super) struct Claim<'a> {
    pub(super) session_id: SessionId,
    pub(super) activation_id: crate::id::ActivationId,
    pub(super) holder: HolderKey,
    pub(super) names: &'a Names,
    pub(super) version: &'a str,
    pub(super) address: Option<&'a str>,
    pub(super) started_at: Timestamp,
    pub(super) due: Timestamp,
}

/// One holder, one seat: the holder's session with one more copy, or a new session in a free seat.
pub(super) fn seat_for(
    draft: &mut Draft<'_>,
    license: &License,
    claim: &Claim<'_>,
    actor: Actor,
) -> Result<(Session, Seat), Refusal> {
    let held = draft.ledger.session_of(license.id, claim.holder).map(|s| s.id);
    // Looked up again: `ends` in the same request may have ended it.
    if let Some(held) = held.and_then(|id| draft.session(id)).filter(|s| s.live()).cloned() {
        if held.checkouts >= MOST_COPIES {
            return Err(Refusal::CopyLimit { limit: MOST_COPIES });
        }
        let joined = Session { checkouts: held.checkouts + 1, ..held };
        draft.push(Change::Session(joined.clone()));
        return Ok((joined, Seat::Shared));
    }
    if let Some(limit) = license.policy.holders_per_device.filter(|_| license.policy.count_by != CountBy::Device)
        && draft.holders_on(claim.activation_id).is_some_and(|holders| holders >= limit)
    {
        return Err(Refusal::HolderLimit { limit });
    }
    let session = Session {
        id: claim.session_id,
        license_id: license.id,
        activation_id: claim.activation_id,
        holder: claim.holder,
        names: claim.names.clone(),
        version: claim.version.to_owned(),
        address: claim.address.map(str::to_owned),
        checkouts: 1,
        started_at: claim.started_at,
        reclaim_hint: claim.due,
        copy_ended_at: None,
        ended: None,
        overlap_until: None,
    };
    if seats::take(draft, license, session.clone(), actor) {
        return Ok((session, Seat::New));
    }
    Err(Refusal::NoSeatAvailable {
        seats: license.seats(draft.ledger.now),
        in_use: draft.counters(license.id).in_use,
        next_back_by: None,
    })
}

/// Returns own checkouts that died.
pub(super) fn end_dead(draft: &mut Draft<'_>, standing: &Standing<'_>, ends: &[CheckoutId], actor: Actor) {
    for id in ends {
        if draft.checkout(*id).is_some_and(|c| c.activation_id == standing.activation.id) {
            seats::end_copy(draft, standing.license, *id, None, EndReason::Died, None, actor);
        }
    }
}

/// The live session of a checkout, or why it is over.
pub(super) fn live_session(draft: &Draft<'_>, checkout: &session::Checkout) -> Result<Session, Refusal> {
    if let Some((_, reason)) = checkout.ended {
        return Err(Refusal::CheckoutEnded { reason: Some(reason) });
    }
    let session = draft.session(checkout.session_id);
    match session.map(|s| s.ended) {
        Some(None) => session.cloned().ok_or(Refusal::CheckoutEnded { reason: None }),
        Some(Some((_, reason))) => Err(Refusal::CheckoutEnded { reason: Some(reason) }),
        None => Err(Refusal::CheckoutEnded { reason: None }),
    }
}

/// Writes the checkout down and makes the answer.
pub(super) fn grant(
    draft: &mut Draft<'_>,
    license: &License,
    session: Session,
    checkout: session::Checkout,
    seat: Seat,
    repeated: bool,
    wanted: Option<&[String]>,
) -> Answer {
    let now = draft.ledger.now;
    draft.push(Change::Checkout(checkout.clone()));
    let features = license
        .features_at(now)
        .filter(|feature| wanted.is_none_or(|wanted| wanted.contains(&feature.code)))
        .cloned()
        .collect();
    let first = checkout.leases.presented == 0;
    let refresh = license.policy.refresh_seconds;
    Answer::Granted(Box::new(Granted {
        seat,
        repeated,
        features,
        wanted: wanted.map(<[String]>::to_vec),
        seats: license.seats(now),
        in_use: draft.counters(license.id).in_use,
        refresh_after_seconds: if first { refresh.min(FIRST_REFRESH_SECONDS) } else { refresh },
        epoch: draft.ledger.epoch,
        now,
        session,
        checkout,
    }))
}
