//! The embedded store with no server around it: domain commands decided and committed in batches of any size.
//!
//! For what HTTP would hide (the cost of one decision, one commit a command) or make slow (a million sessions).

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{
    Activate, Checkout, Command, Credential, CustomerPatch, DenialIds, Issue, LicenseTerms, NewKey, Office,
    OfficeCommand, PolicyPatch, ProductPatch, PutCustomer, PutProduct, Return, What, decide,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{CheckoutId, CustomerId, KeyId, LicenseId};
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::needs;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;
use seatkeeper_domain::version::Version;
use seatkeeper_store::{Clock, SteadyClock, Writer};
use seatkeeper_store_sqlite::{Books, SqliteWriter};
use uuid::{Builder, Uuid};

use crate::random::Random;

/// Commands in a batch where nothing else is said: what the driver takes at most.
const BATCH: usize = 512;

const PRODUCT: &str = "planner";

/// Books, and the one who writes them.
pub(crate) struct Direct {
    writer: SqliteWriter,
    clock: Arc<dyn Clock>,
    random: Random,
    customer_id: CustomerId,
}

/// A concurrent licence.
#[derive(Clone, Copy)]
pub(crate) struct Pool {
    license_id: LicenseId,
    key_id: KeyId,
}

/// A seat taken by one device's user.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    credential: Credential,
    id: CheckoutId,
}

impl Direct {
    /// The books in a folder, made where there are none.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let books = Books::open(folder)?;
        let clock: Arc<dyn Clock> = Arc::new(SteadyClock::starting(books.last_instant()));
        // Ids of its own each time it is opened.
        let mut random = Random::seeded(clock.now().as_microsecond().cast_unsigned());
        let customer_id = random.uuid().into();
        Ok(Self { writer: books.writer(clock.clone()), clock, random, customer_id })
    }

    /// Fresh books in a folder, with a product and a customer.
    pub(crate) fn fresh(folder: &Path) -> Result<Self> {
        let mut direct = Self::open(folder)?;
        let patch = ProductPatch {
            code: Some(PRODUCT.to_owned()),
            name: Some("Planner".to_owned()),
            ..ProductPatch::default()
        };
        let id = direct.id().into();
        direct.office(PutProduct { id, new: true, patch, if_match: None })?;
        let patch = CustomerPatch { name: Some("Example Ltd".to_owned()), ..CustomerPatch::default() };
        direct.office(PutCustomer { id: direct.customer_id, new: true, patch, if_match: None })?;
        Ok(direct)
    }

    /// Issues a licence.
    pub(crate) fn pool(&mut self, seats: u32) -> Result<Pool> {
        let pool = Pool { license_id: self.id().into(), key_id: self.id().into() };
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(pool.key_id.0.as_bytes());
        let key = NewKey { id: pool.key_id, label: String::new(), hash, sealed: vec![7; 55], hint: "ABCDE".to_owned() };
        let terms = LicenseTerms {
            customer_id: self.customer_id,
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
        self.office(Issue { id: pool.license_id, terms, key })?;
        Ok(pool)
    }

    /// Admits so many devices.
    pub(crate) fn devices(&mut self, pool: Pool, count: usize) -> Result<Vec<Credential>> {
        let mut credentials = Vec::with_capacity(count);
        let mut commands = Vec::with_capacity(BATCH);
        while credentials.len() < count {
            for _ in 0..BATCH.min(count - credentials.len()) {
                let activate = self.activation(pool)?;
                commands.push(Command::Activate(Box::new(activate)));
            }
            for answer in self.batch(&commands)? {
                let Answer::Admitted(admitted) = answer? else {
                    bail!("an activation was answered with something else")
                };
                credentials.push(Credential {
                    license_id: pool.license_id,
                    activation_id: admitted.activation_id,
                    installation_id: admitted.installation_id,
                    generation: admitted.generation,
                });
            }
            commands.clear();
        }
        Ok(credentials)
    }

    fn activation(&mut self, pool: Pool) -> Result<Activate> {
        let hash = |random: &mut Random| format!("{:016x}{:016x}", random.next(), random.next());
        Ok(Activate {
            license_id: pool.license_id,
            key_id: pool.key_id,
            product: PRODUCT.to_owned(),
            version: version()?,
            released_at: None,
            installation_id: self.random.uuid().into(),
            device_name: format!("WS-{:06}", self.random.next() % 1_000_000),
            os: "Windows 11".to_owned(),
            fingerprint: (0..4).map(|_| hash(&mut self.random)).collect(),
            activation_id: self.id().into(),
            salt: *self.random.uuid().as_bytes(),
            denial: DenialIds { id: self.id().into() },
        })
    }

    /// Takes a seat for each device's user; all must get one.
    pub(crate) fn take(&mut self, credentials: &[Credential]) -> Result<Vec<Held>> {
        let mut held = Vec::with_capacity(credentials.len());
        for credentials in credentials.chunks(BATCH) {
            let asked: Vec<(Held, Command)> =
                credentials.iter().map(|credential| self.checkout(*credential)).collect::<Result<_>>()?;
            let (seats, commands): (Vec<Held>, Vec<Command>) = asked.into_iter().unzip();
            for answer in self.batch(&commands)? {
                answer?;
            }
            held.extend(seats);
        }
        Ok(held)
    }

    /// What asks for a seat, and what returns it if it is granted.
    pub(crate) fn checkout(&mut self, credential: Credential) -> Result<(Held, Command)> {
        let id: CheckoutId = self.random.uuid().into();
        let device = credential.installation_id.0.as_u64_pair().1;
        let checkout = Checkout {
            credential,
            id,
            person: Person {
                user: format!("user.{:07}", device % 10_000_000),
                device_name: format!("WS-{:06}", device % 1_000_000),
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
            denial: DenialIds { id: self.id().into() },
        };
        Ok((Held { credential, id }, Command::Checkout(Box::new(checkout))))
    }

    /// Decides and commits a batch, as the driver does.
    pub(crate) fn batch(&mut self, commands: &[Command]) -> Result<Vec<Result<Answer, Refusal>>> {
        let mut ledger = self.writer.begin(&needs(commands))?;
        let answers = commands
            .iter()
            .map(|command| {
                let decision = decide(&ledger, command);
                decision.changes.into_iter().for_each(|change| ledger.apply(change));
                decision.answer
            })
            .collect();
        self.writer.commit(&ledger)?;
        Ok(answers)
    }

    fn office(&mut self, what: impl Into<What>) -> Result<()> {
        let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
        let command = Command::Office(Box::new(OfficeCommand { by, what: what.into() }));
        self.batch(&[command])?.pop().context("no answer")??;
        Ok(())
    }

    /// An id as the server draws them: its first bits are the time.
    fn id(&mut self) -> Uuid {
        let millis = u64::try_from(self.clock.now().duration_since(Timestamp::UNIX_EPOCH).as_millis());
        let mut random = [0; 10];
        random.copy_from_slice(&self.random.uuid().as_bytes()[..10]);
        Builder::from_unix_timestamp_millis(millis.unwrap_or_default(), &random).into_uuid()
    }
}

impl Held {
    /// What returns it.
    pub(crate) fn give_back(self) -> Command {
        Command::Return(Return { credential: self.credential, id: self.id, ended_at: None })
    }
}

fn version() -> Result<Version> {
    Ok(Version::parse("16.0.2")?)
}
