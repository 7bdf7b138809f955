//! Admitting a device to a licence.

use serde_json::json;

use super::admission;
use super::denial::{self, DenialIds, Refused};
use super::draft::Draft;
use crate::activation::{Activation, Installation, same_device};
use crate::answer::{Admitted, Answer};
use crate::event::{Actor, Stream};
use crate::holder::{HolderKey, Names, Salt};
use crate::id::{ActivationId, InstallationId, KeyId, LicenseId};
use crate::key::ProductKey;
use crate::ledger::Change;
use crate::license::{Counters, License, Model};
use crate::needs::{DeviceNeed, Needs};
use crate::refusal::Refusal;
use crate::term::{Term, after};
use crate::version::Version;

use jiff::Timestamp;

/// A program asks to be admitted. Serial number and key were found to go together before.
#[derive(Clone, Debug)]
pub struct Activate {
    /// The licence found.
    pub license_id: LicenseId,
    /// The key found.
    pub key_id: KeyId,
    /// The product's code, as the program carries it.
    pub product: String,
    /// The program's version.
    pub version: Version,
    /// The program's release date.
    pub released_at: Option<Timestamp>,
    /// The installation's id.
    pub installation_id: InstallationId,
    /// The device's name; for reading only.
    pub device_name: String,
    /// Its operating system, as it says.
    pub os: String,
    /// Product-scoped hashes by which it is known again.
    pub fingerprint: Vec<String>,
    /// Whether a visitor began the licence as a trial, which never changes.
    pub trial: bool,
    /// Drawn outside: the device's id, if it is new.
    pub activation_id: ActivationId,
    /// Drawn outside.
    pub salt: Salt,
    /// Drawn outside.
    pub denial: DenialIds,
}

const YEAR_SECONDS: i64 = 365 * 86_400;

impl Activate {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.keys.insert(self.key_id);
        needs.devices.push(DeviceNeed {
            license_id: self.license_id,
            installation_id: self.installation_id,
            fingerprint: self.fingerprint.clone(),
            trial: self.trial,
        });
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let ledger = draft.ledger;
        let license = ledger.licenses.get(&self.license_id).ok_or(Refusal::UnknownKey)?;
        let key = ledger.keys.get(&self.key_id).filter(|k| k.license_id == license.id).ok_or(Refusal::UnknownKey)?;
        let product = ledger.products.get(&license.product_id).ok_or(Refusal::UnknownKey)?;
        if product.code != self.product {
            return Err(Refusal::UnknownKey);
        }
        let names =
            Names { user: None, device_name: Some(self.device_name.clone()), os_session: None, salt: Some(self.salt) };
        let known = self.known_device(draft, license);
        let holder = HolderKey::of_device(&self.fingerprint);
        let answer = self.permitted(draft, license, key, known.as_ref());
        let Err(refusal) = answer else {
            denial::granted(draft, license, holder);
            return Ok(self.admit(draft, license, &product.code, known, names));
        };
        let who = Refused {
            holder,
            activation_id: known.as_ref().map(|a| a.id),
            names: &names,
            version: self.version.as_str(),
        };
        denial::record(draft, license, &who, &self.denial, &refusal);
        Err(refusal)
    }

    /// The device as it was known before, admitted or ended: the one most like it, the oldest of several.
    fn known_device(&self, draft: &Draft<'_>, license: &License) -> Option<Activation> {
        let shared = |a: &Activation| a.fingerprint.iter().filter(|h| self.fingerprint.contains(h)).count();
        draft
            .ledger
            .activations
            .values()
            .filter(|a| a.license_id == license.id && same_device(&a.fingerprint, &self.fingerprint))
            .max_by_key(|a| (a.active(), shared(a), std::cmp::Reverse(a.id)))
            .cloned()
    }

    /// Whether this is a visitor's own trial, and the device has had another of the product. A licence that such a trial
    /// became is none any more; a trial that the vendor issued is the vendor's own decision, and counts neither way.
    fn had_trial(&self, draft: &Draft<'_>, license: &License) -> bool {
        let began = |other: &License| other.tried_by.is_some() && other.product_id == license.product_id;
        let other = |device: &&Activation| {
            device.license_id != license.id && draft.license(device.license_id).is_some_and(began)
        };
        let mut others = draft.ledger.activations.values().filter(other);
        license.tried_by.is_some()
            && matches!(license.term, Term::Trial { .. })
            && others.any(|device| same_device(&device.fingerprint, &self.fingerprint))
    }

    fn permitted(
        &self,
        draft: &Draft<'_>,
        license: &License,
        key: &ProductKey,
        known: Option<&Activation>,
    ) -> Result<(), Refusal> {
        let ledger = draft.ledger;
        admission::usable(license, ledger.now)?;
        if !key.activates(ledger.now) {
            return Err(Refusal::KeyRevoked);
        }
        if let Some(device) = known {
            admission::not_blocked(ledger, license, device.id, None)?;
        }
        admission::release_covered(ledger, license, &self.version, self.released_at)?;
        if known.is_none() && self.had_trial(draft, license) {
            return Err(Refusal::TrialUsed);
        }
        match license.policy.devices {
            Some(limit) if !known.is_some_and(Activation::active) && draft.counters(license.id).devices >= limit => {
                Err(Refusal::DeviceLimit { limit, held_by: None, since: None })
            }
            _ => Ok(()),
        }
    }

    fn admit(
        &self,
        draft: &mut Draft<'_>,
        license: &License,
        product: &str,
        known: Option<Activation>,
        names: Names,
    ) -> Answer {
        let now = draft.ledger.now;
        let was_active = known.as_ref().is_some_and(Activation::active);
        let activation = Activation {
            id: known.as_ref().map_or(self.activation_id, |a| a.id),
            license_id: license.id,
            names,
            os: self.os.clone(),
            fingerprint: self.fingerprint.clone(),
            activated_at: known.as_ref().filter(|_| was_active).map_or(now, |a| a.activated_at),
            ended: None,
        };
        let before = draft.ledger.installations.get(&(activation.id, self.installation_id));
        let installation = Installation {
            activation_id: activation.id,
            id: self.installation_id,
            key_id: self.key_id,
            generation: before.map_or(1, |i| i.generation.saturating_add(1)),
            activated_at: now,
        };
        let repeated = was_active && before.is_some();
        let actor = Actor::Device(activation.id);
        if !was_active {
            count_device(draft, license, actor);
        }
        let license = License { term: license.term.started(now), ..license.clone() };
        if draft.license(license.id).is_some_and(|before| before.term != license.term) {
            draft.event(Stream::License(license.id), "trial.started", actor, json!({ "term": license.term }));
            draft.push(Change::License(License { revision: license.revision + 1, ..license.clone() }));
        }
        draft.event(
            Stream::License(license.id),
            if repeated { "activation.renewed" } else { "activation.admitted" },
            actor,
            json!({
                "activation": activation.id,
                "installation": self.installation_id,
                "key": self.key_id,
                "who": activation.names.commitment(),
            }),
        );
        draft.push(Change::Activation(activation.clone()));
        draft.push(Change::Installation(installation.clone()));
        Answer::Admitted(Box::new(Admitted {
            activation_id: activation.id,
            installation_id: installation.id,
            generation: installation.generation,
            repeated,
            license,
            product: product.to_owned(),
            fingerprint: activation.fingerprint,
            now,
        }))
    }
}

/// One device more. A single-user licence moves with every admission but its first, whether to a device that had
/// it before or not; too many in a year are reported, not refused.
fn count_device(draft: &mut Draft<'_>, license: &License, actor: Actor) {
    let now = draft.ledger.now;
    let before = draft.counters(license.id);
    let (moves, since) = match before.moves_since {
        None => (0, now),
        Some(since) if now < after(since, YEAR_SECONDS) => (before.moves.saturating_add(1), since),
        Some(_) => (1, now),
    };
    let devices = before.devices + 1;
    draft.push(Change::Counters(license.id, Counters { devices, moves, moves_since: Some(since), ..before }));
    if license.model == Model::SingleUser && license.policy.moves_per_year.is_some_and(|most| moves > most) {
        draft.event(Stream::License(license.id), "activation.moved_often", actor, json!({ "moves": moves }));
    }
}
