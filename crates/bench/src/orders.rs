//! Domain commands as a vendor and programs would send them. Sends none.

use anyhow::Result;
use jiff::Timestamp;
use seatkeeper_domain::decide::{
    Activate, Checkout, Command, Credential, CustomerPatch, DenialIds, Issue, LicenseTerms, NewKey, Office,
    OfficeCommand, PolicyPatch, ProductPatch, PutCustomer, PutProduct, Return, What,
};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{CheckoutId, CustomerId, KeyId, LicenseId};
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_domain::version::Version;
use uuid::{Builder, Uuid};

use crate::random::Random;

const PRODUCT: &str = "planner";

/// A concurrent licence.
#[derive(Clone, Copy)]
pub(crate) struct Pool {
    /// Whose.
    pub(crate) customer_id: CustomerId,
    /// Which.
    pub(crate) license_id: LicenseId,
    key_id: KeyId,
}

/// A seat that was asked for by one device's user.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    credential: Credential,
    id: CheckoutId,
}

/// Draws what commands carry.
pub(crate) struct Orders {
    random: Random,
    /// The time that ids begin with.
    millis: u64,
}

impl Orders {
    /// Ids of its own for each instant.
    pub(crate) fn from(now: Timestamp) -> Self {
        Self::seeded(now.as_microsecond().cast_unsigned(), now)
    }

    /// Ids of its own for each seed, that begin with this instant.
    pub(crate) fn seeded(seed: u64, now: Timestamp) -> Self {
        Self { random: Random::seeded(seed), millis: u64::try_from(now.as_millisecond()).unwrap_or_default() }
    }

    /// The one product.
    pub(crate) fn product(&mut self) -> Command {
        let patch = ProductPatch {
            code: Some(PRODUCT.to_owned()),
            name: Some("Planner".to_owned()),
            ..ProductPatch::default()
        };
        office(PutProduct { id: self.id().into(), new: true, patch, if_match: None })
    }

    /// A customer.
    pub(crate) fn customer(&mut self) -> (CustomerId, Command) {
        let id = self.id().into();
        let patch = CustomerPatch { name: Some("Example Ltd".to_owned()), ..CustomerPatch::default() };
        (id, office(PutCustomer { id, new: true, patch, if_match: None }))
    }

    /// A licence of a customer with so many seats.
    pub(crate) fn pool(&mut self, customer_id: CustomerId, seats: u32) -> (Pool, Command) {
        let pool = Pool { customer_id, license_id: self.id().into(), key_id: self.id().into() };
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(pool.key_id.0.as_bytes());
        let key = NewKey { id: pool.key_id, label: String::new(), hash, sealed: vec![7; 55], hint: "ABCDE".to_owned() };
        let terms = LicenseTerms {
            customer_id,
            product: PRODUCT.to_owned(),
            serial_number: format!("SN-{:010X}", self.random.next() >> 24),
            model: Model::Concurrent,
            grants: vec![Grant { seats, starts_at: None, ends_at: None, order_reference: None }],
            features: None,
            term: Term::Perpetual { maintenance_until: None },
            policy: PolicyPatch::default(),
            legacy: None,
            external_id: None,
            metadata: serde_json::Map::new(),
        };
        (pool, office(Issue { id: pool.license_id, terms, key }))
    }

    /// A device nobody has met asks to be admitted.
    pub(crate) fn activation(&mut self, pool: Pool) -> Result<Command> {
        let hash = |random: &mut Random| format!("{:016x}{:016x}", random.next(), random.next());
        Ok(Command::Activate(Box::new(Activate {
            license_id: pool.license_id,
            key_id: pool.key_id,
            product: PRODUCT.to_owned(),
            version: version()?,
            released_at: None,
            installation_id: self.random.uuid().into(),
            device_name: format!("WS-{:06}", self.random.next() % 1_000_000),
            os: "Windows 11".to_owned(),
            fingerprint: (0..4).map(|_| hash(&mut self.random)).collect(),
            trial: false,
            activation_id: self.id().into(),
            salt: *self.random.uuid().as_bytes(),
            denial: self.denial(),
        })))
    }

    fn denial(&mut self) -> DenialIds {
        // As short as the server's own.
        let request = format!("{:08x}-{:x}", self.random.next() as u32, self.random.next() as u32);
        DenialIds { id: self.id().into(), request: RequestId(request) }
    }

    /// The user of a device asks for a seat, always the same one.
    pub(crate) fn checkout(&mut self, credential: Credential) -> Result<(Held, Command)> {
        let device = credential.installation_id.0.as_u64_pair().1;
        self.checkout_of(credential, device)
    }

    /// One of many users of a device asks for a seat.
    pub(crate) fn checkout_of(&mut self, credential: Credential, user: u64) -> Result<(Held, Command)> {
        let id: CheckoutId = self.random.uuid().into();
        let checkout = Checkout {
            credential,
            id,
            person: Person {
                user: format!("user.{:011}", user % 100_000_000_000),
                device_name: format!("WS-{:06}", user % 1_000_000),
                os_session: None,
            },
            version: version()?,
            released_at: None,
            features: None,
            ends: Vec::new(),
            offline_since: None,
            address: "192.0.2.17".to_owned(),
            session_id: self.id().into(),
            salt: *self.random.uuid().as_bytes(),
            denial: self.denial(),
        };
        Ok((Held { credential, id }, Command::Checkout(Box::new(checkout))))
    }

    /// An id as the server draws them: its first bits are the time, which goes on a little with each.
    pub(crate) fn id(&mut self) -> Uuid {
        self.millis += u64::from(self.random.next().is_multiple_of(32));
        let mut random = [0; 10];
        random.copy_from_slice(&self.random.uuid().as_bytes()[6..]);
        Builder::from_unix_timestamp_millis(self.millis, &random).into_uuid()
    }
}

impl Held {
    /// What returns it.
    pub(crate) fn give_back(self) -> Command {
        Command::Return(Return { credential: self.credential, id: self.id, ended_at: None })
    }
}

fn office(what: impl Into<What>) -> Command {
    let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
    Command::Office(Box::new(OfficeCommand { by, what: what.into() }))
}

fn version() -> Result<Version> {
    Ok(Version::parse("16.0.2")?)
}
