//! What programs ask: activation, seats, and whether there is one.

use jiff::Timestamp;
use seatkeeper_domain::answer::{Admitted, Answer, Done, Granted};
use seatkeeper_domain::decide::{
    Activate, Checkout, Command, Credential, Deactivate, DenialIds, FailedAttempt, PresentedLease, Refresh, Return,
};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{CheckoutId, InstallationId};
use seatkeeper_domain::license::Model;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::version::Version;
use seatkeeper_protocol::{ProductKey, normalize_serial_number};
use seatkeeper_store::read::{FoundKey, LicenseRow};

use crate::credential;
use crate::entropy;
use crate::failure::Failure;
use crate::keyring::Keyring;
use crate::seal::same;
use crate::service::{Service, unexpected};

/// A request for activation.
pub struct ActivationAsked {
    /// As it was typed.
    pub serial_number: String,
    /// As it was typed.
    pub product_key: String,
    /// The product's code.
    pub product: String,
    /// The program's version.
    pub version: Version,
    /// The program's release date.
    pub released_at: Option<Timestamp>,
    /// The installation's id.
    pub installation_id: InstallationId,
    /// The device's name.
    pub device_name: String,
    /// Its operating system.
    pub os: String,
    /// Its hashes.
    pub fingerprint: Vec<String>,
    /// The address, or its network, that attempts are counted by.
    pub address: String,
    /// What the request is called.
    pub request: RequestId,
}

/// An activation.
pub struct Activation {
    /// What was decided.
    pub admitted: Admitted,
    /// The installation's token.
    pub token: String,
    /// The signed certificate.
    pub certificate: String,
}

/// The terms of an activation as they now are.
pub struct Terms {
    /// The activation in the form in which it was admitted.
    pub admitted: Admitted,
    /// A fresh certificate.
    pub certificate: String,
}

/// A request for a seat.
pub struct CheckoutAsked {
    /// The id the client made up.
    pub id: CheckoutId,
    /// Who asks.
    pub person: Person,
    /// The program's version.
    pub version: Version,
    /// The program's release date.
    pub released_at: Option<Timestamp>,
    /// Features wanted.
    pub features: Option<Vec<String>>,
    /// Own checkouts that died.
    pub ends: Vec<CheckoutId>,
    /// Since when the program has run with no contact.
    pub offline_since: Option<Timestamp>,
    /// The address it asks from.
    pub address: String,
    /// What the request is called.
    pub request: RequestId,
}

/// A request to renew a lease.
pub struct RefreshAsked {
    /// The checkout.
    pub id: CheckoutId,
    /// The lease held, signed.
    pub lease: String,
    /// Own checkouts that died.
    pub ends: Vec<CheckoutId>,
    /// The address it asks from.
    pub address: String,
}

/// A seat held, with its signed lease.
pub struct Lease {
    /// What was decided.
    pub granted: Granted,
    /// The signed lease.
    pub lease: String,
}

impl Service {
    /// Who a program's token says it is. Needs no read: whether it is still good is decided with the command.
    pub fn program(&self, token: &str) -> Result<Credential, Failure> {
        credential::read(&self.secrets, token).ok_or(Failure::Unauthorized)
    }

    /// Admits a device. A wrong serial, a wrong key and a wrong pair take one way and get one answer; a
    /// right pair is never held back.
    pub async fn activate(&self, asked: ActivationAsked) -> Result<Activation, Failure> {
        let keyring = self.signing()?;
        let Some(FoundKey { license_id, key_id, trial, .. }) = self.find(&asked).await? else {
            return Err(self.failed_attempt(asked.address).await);
        };
        let now = self.now();
        let address = asked.address;
        let command = Activate {
            license_id,
            key_id,
            product: asked.product,
            version: asked.version,
            released_at: asked.released_at,
            installation_id: asked.installation_id,
            device_name: asked.device_name,
            os: asked.os,
            fingerprint: asked.fingerprint,
            trial,
            activation_id: entropy::id(now),
            salt: entropy::salt(),
            denial: DenialIds { id: entropy::id(now), request: asked.request },
        };
        let admitted = match self.run(Command::Activate(Box::new(command))).await {
            Ok(Answer::Admitted(admitted)) => *admitted,
            Ok(_) => return Err(unexpected()),
            Err(Failure::Refused { refusal: Refusal::UnknownKey, .. }) => {
                return Err(self.failed_attempt(address).await);
            }
            Err(Failure::Refused { refusal: Refusal::DeviceLimit { limit, .. }, .. }) => {
                return Err(self.device_limit(license_id, limit).await?);
            }
            Err(other) => return Err(other),
        };
        let token = credential::write(&self.secrets, &of(&admitted));
        let certificate = keyring.certificate(&admitted)?;
        Ok(Activation { admitted, token, certificate })
    }

    async fn find(&self, asked: &ActivationAsked) -> Result<Option<FoundKey>, Failure> {
        // What is no key at all is looked up all the same, under a hash that no key has.
        let hash = ProductKey::parse(&asked.product_key).map_or([0; 32], |key| self.secrets.product_key_hash(&key));
        let found = self.read(move |reader| reader.find_key(&hash)).await?;
        let serial = normalize_serial_number(&asked.serial_number);
        Ok(found.filter(|found| same(normalize_serial_number(&found.serial_number).as_bytes(), serial.as_bytes())))
    }

    async fn failed_attempt(&self, address: String) -> Failure {
        metrics::counter!("seatkeeper_failed_activations_total").increment(1);
        match self.run(Command::FailedAttempt(FailedAttempt { address })).await {
            Ok(Answer::Attempt { held_until: Some(until) }) => Failure::TooManyAttempts { until },
            Ok(_) => Refusal::UnknownKey.into(),
            Err(failure) => failure,
        }
    }

    /// Names the device that has the licence: always on a single-user licence, where it is one's own, and
    /// on others if the policy shows holders.
    async fn device_limit(&self, license: seatkeeper_domain::id::LicenseId, limit: u32) -> Result<Failure, Failure> {
        let (row, first) = self
            .read(move |reader| {
                Ok((reader.license(seatkeeper_store::read::Scope::Vendor, license)?, reader.first_device(license)?))
            })
            .await?;
        let shown = row.is_some_and(|row| row.license.model == Model::SingleUser || row.license.policy.show_holders);
        let first = first.filter(|_| shown);
        Ok(Refusal::DeviceLimit {
            limit,
            held_by: first.as_ref().and_then(|device| device.names.device_name.clone()),
            since: first.map(|device| device.activated_at),
        }
        .into())
    }

    /// The terms as they now are.
    pub async fn terms(&self, credential: Credential) -> Result<Terms, Failure> {
        let (fingerprint, row) = self.own_terms(credential).await?;
        let admitted = Admitted {
            activation_id: credential.activation_id,
            installation_id: credential.installation_id,
            generation: credential.generation,
            repeated: true,
            license: row.license,
            product: row.product.code,
            fingerprint,
            now: self.now(),
        };
        let certificate = self.signing()?.certificate(&admitted)?;
        Ok(Terms { admitted, certificate })
    }

    /// The device's hashes and its licence, if the credential is good.
    async fn own_terms(&self, credential: Credential) -> Result<(Vec<String>, LicenseRow), Failure> {
        let (terms, generation) = self
            .read(move |reader| {
                let terms = reader.activation_terms(credential.activation_id)?;
                let generation = reader.generation(credential.activation_id, credential.installation_id)?;
                Ok((terms, generation))
            })
            .await?;
        let unknown = Refusal::ActivationEnded { reason: None };
        let (activation, row) =
            terms.filter(|(_, row)| row.license.id == credential.license_id).ok_or(unknown.clone())?;
        if let Some((_, reason)) = activation.ended {
            return Err(Refusal::ActivationEnded { reason: Some(reason) }.into());
        }
        if generation != Some(credential.generation) {
            return Err(unknown.into());
        }
        Ok((activation.fingerprint, row))
    }

    /// Gives a device up. Its sessions are over when this answers.
    pub async fn deactivate(&self, credential: Credential) -> Result<(), Failure> {
        loop {
            match self.run(Command::Deactivate(Deactivate { credential })).await? {
                Answer::Done(Done::Ended { more: true }) => {}
                _ => return Ok(()),
            }
        }
    }

    /// Takes a seat, or joins the one its holder has.
    pub async fn checkout(&self, credential: Credential, asked: CheckoutAsked) -> Result<Lease, Failure> {
        let keyring = self.signing()?;
        let now = self.now();
        let command = Checkout {
            credential,
            id: asked.id,
            person: asked.person,
            version: asked.version,
            released_at: asked.released_at,
            features: asked.features,
            ends: asked.ends,
            offline_since: asked.offline_since,
            address: asked.address,
            session_id: entropy::id(now),
            salt: entropy::salt(),
            denial: DenialIds { id: entropy::id(now), request: asked.request },
        };
        match self.submit.submit(Command::Checkout(Box::new(command))).await? {
            Ok(Answer::Granted(granted)) => signed(&keyring, credential, *granted),
            Ok(_) => Err(unexpected()),
            Err(refusal) => Err(self.explained(credential, refusal).await),
        }
    }

    /// Adds to a refusal for want of a seat when one is back, and who has them if that may be told.
    async fn explained(&self, credential: Credential, refusal: Refusal) -> Failure {
        let Refusal::NoSeatAvailable { seats, in_use, .. } = refusal else { return refusal.into() };
        let license = credential.license_id;
        let read = self
            .read(move |reader| {
                let row = reader.license(seatkeeper_store::read::Scope::Vendor, license)?;
                let shown = row.is_some_and(|row| row.license.policy.show_holders);
                let holders = if shown { reader.holders(license)? } else { Vec::new() };
                Ok((reader.next_back_by(license)?, holders))
            })
            .await;
        // What was decided is the answer, even if it cannot be explained just now.
        let (next_back_by, holders) = read.unwrap_or_default();
        Failure::Refused { refusal: Refusal::NoSeatAvailable { seats, in_use, next_back_by }, holders }
    }

    /// Renews a lease.
    pub async fn refresh(&self, credential: Credential, asked: RefreshAsked) -> Result<Lease, Failure> {
        let keyring = self.signing()?;
        let claims = keyring.read_lease(&asked.lease);
        let ours = claims.filter(|claims| claims.sub == asked.id.0 && claims.lic == credential.license_id.0);
        let claims = ours.ok_or(Refusal::field("lease", "is not a lease of this checkout given by this server"))?;
        let command = Refresh {
            credential,
            id: asked.id,
            lease: PresentedLease {
                number: claims.seq,
                before_restore: claims.epoch < self.epoch,
                session_id: claims.ses.into(),
                person: Person { user: claims.user, device_name: claims.device, os_session: claims.os_session },
                version: claims.version,
                started_at: Timestamp::from_second(claims.started).unwrap_or_else(|_| self.now()),
            },
            ends: asked.ends,
            features: claims.wanted,
            address: asked.address,
            salt: entropy::salt(),
        };
        match self.run(Command::Refresh(Box::new(command))).await? {
            Answer::Granted(granted) => signed(&keyring, credential, *granted),
            _ => Err(unexpected()),
        }
    }

    /// Returns a checkout; `ended_at` where it was over before.
    pub async fn give_back(
        &self,
        credential: Credential,
        id: CheckoutId,
        ended_at: Option<Timestamp>,
    ) -> Result<(), Failure> {
        self.run(Command::Return(Return { credential, id, ended_at })).await.map(|_| ())
    }

    /// Seats, seats held, and when the next is back.
    pub async fn availability(&self, credential: Credential) -> Result<(u32, u32, Option<Timestamp>), Failure> {
        let (_, row) = self.own_terms(credential).await?;
        let (now, license) = (self.now(), row.license.id);
        let next = self.read(move |reader| reader.next_back_by(license)).await?;
        Ok((row.license.seats(now), row.counters.in_use, next))
    }
}

fn signed(keyring: &Keyring, credential: Credential, granted: Granted) -> Result<Lease, Failure> {
    let lease = keyring.lease(&credential, &granted)?;
    Ok(Lease { granted, lease })
}

fn of(admitted: &Admitted) -> Credential {
    Credential {
        license_id: admitted.license.id,
        activation_id: admitted.activation_id,
        installation_id: admitted.installation_id,
        generation: admitted.generation,
    }
}
