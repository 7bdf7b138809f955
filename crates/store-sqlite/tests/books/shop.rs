//! A vendor with customers, licences and people at work, on real books in a directory of their own. The
//! batches are run as the driver runs them, without its thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatkeeper_domain::answer::{Answer, Granted};
use seatkeeper_domain::catalogue::Feature;
use seatkeeper_domain::decide::{
    Activate, Checkout, Command, Credential, CustomerPatch, DenialIds, Issue, LicenseTerms, NewKey, Office,
    OfficeCommand, PolicyPatch, PresentedLease, ProductPatch, PutCustomer, PutProduct, Refresh, Return, What, decide,
};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{CustomerId, KeyId, LicenseId};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;
use seatkeeper_domain::version::Version;
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::{StoreError, Writer};
use seatkeeper_store_sqlite::{Books, SqliteReader, SqliteUpkeep, SqliteWriter};
use tempfile::TempDir;
use uuid::Uuid;

/// What a command is answered.
pub(crate) type Answered = Result<Answer, Refusal>;

/// A licence that was sold, with its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sold {
    pub(crate) customer: CustomerId,
    pub(crate) license: LicenseId,
    pub(crate) key: KeyId,
}

/// Books with a product in them.
pub(crate) struct Shop {
    dir: PathBuf,
    temporary: Option<TempDir>,
    pub(crate) books: Books,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) writer: SqliteWriter,
    drawn: u128,
}

impl Shop {
    /// New books in a directory that goes with them.
    pub(crate) fn open() -> Self {
        let temporary = TempDir::new().unwrap();
        let mut shop = Self::open_in(temporary.path());
        shop.temporary = Some(temporary);
        shop
    }

    /// New books in a directory that outlives them.
    pub(crate) fn open_in(dir: &Path) -> Self {
        let mut shop = Self::reopen(dir, Arc::new(HandClock::at(START)));
        shop.product();
        shop
    }

    /// Books that are there.
    pub(crate) fn reopen(dir: &Path, clock: Arc<HandClock>) -> Self {
        let books = Books::open(dir).unwrap();
        Self { writer: books.writer(clock.clone()), dir: dir.to_owned(), temporary: None, books, clock, drawn: 1 << 32 }
    }

    fn product(&mut self) {
        let patch = ProductPatch {
            code: Some("planner".to_owned()),
            name: Some("Planner".to_owned()),
            minimum_version: None,
            features: Some(vec![Feature { code: "bim".to_owned(), name: "Building information".to_owned() }]),
            offer: None,
        };
        let id = self.draw().into();
        self.office(PutProduct { id, new: true, patch, if_match: None });
    }

    /// The data directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database's file.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.dir().join("seatkeeper.db")
    }

    pub(crate) fn reader(&self) -> SqliteReader {
        self.books.reader()
    }

    pub(crate) fn upkeep(&self) -> SqliteUpkeep {
        self.books.upkeep(self.clock.clone())
    }

    /// Lets everything go, as a stopped server does; the directory goes with what is returned.
    pub(crate) fn close(self) -> Option<TempDir> {
        self.temporary
    }

    /// An id that was not drawn before, in the order in which ids are drawn.
    pub(crate) fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | self.drawn)
    }

    /// Decides a batch; nothing is committed yet.
    pub(crate) fn begin(&mut self, commands: &[Command]) -> Result<(Ledger, Vec<Answered>), StoreError> {
        let mut ledger = self.writer.begin(&seatkeeper_domain::needs(commands))?;
        let mut answers = Vec::new();
        for command in commands {
            let decision = decide(&ledger, command);
            decision.changes.into_iter().for_each(|change| ledger.apply(change));
            answers.push(decision.answer);
        }
        Ok((ledger, answers))
    }

    /// Runs a batch, or says why its changes are not in the books.
    pub(crate) fn try_run(&mut self, commands: &[Command]) -> Result<Vec<Answered>, StoreError> {
        let outcome = self.begin(commands).and_then(|(ledger, answers)| self.writer.commit(&ledger).map(|()| answers));
        if outcome.is_err() {
            self.writer.rollback();
        }
        outcome
    }

    /// Runs one command that the books must take.
    pub(crate) fn run(&mut self, command: Command) -> Answered {
        self.try_run(&[command]).unwrap().remove(0)
    }

    /// Runs a vendor's command that must succeed.
    pub(crate) fn office(&mut self, what: impl Into<What>) -> Answer {
        self.run(vendor(what)).unwrap()
    }

    pub(crate) fn customer(&mut self, name: &str) -> CustomerId {
        let id = CustomerId(self.draw());
        let patch = CustomerPatch {
            name: Some(name.to_owned()),
            external_id: Some(Some(format!("crm-{name}"))),
            ..CustomerPatch::default()
        };
        self.office(PutCustomer { id, new: true, patch, if_match: None });
        id
    }

    /// Sells a pool to a customer.
    pub(crate) fn pool(&mut self, customer: CustomerId, seats: u32) -> Sold {
        self.pool_with(customer, seats, PolicyPatch::default())
    }

    pub(crate) fn pool_with(&mut self, customer: CustomerId, seats: u32, policy: PolicyPatch) -> Sold {
        let (license, key) = (LicenseId(self.draw()), self.new_key());
        let terms = LicenseTerms {
            customer_id: customer,
            product: "planner".to_owned(),
            serial_number: format!("SN-{}", self.drawn),
            model: Model::Concurrent,
            grants: vec![Grant { seats, starts_at: None, ends_at: None, order_reference: None }],
            features: None,
            term: Term::Perpetual { maintenance_until: None },
            policy,
            legacy: None,
            external_id: Some(format!("order-{}", self.drawn)),
            metadata: serde_json::Map::new(),
        };
        let key_id = key.id;
        self.office(Issue { id: license, terms, key });
        Sold { customer, license, key: key_id }
    }

    pub(crate) fn new_key(&mut self) -> NewKey {
        let id = self.draw();
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(id.as_bytes());
        NewKey { id: id.into(), label: "head office".to_owned(), hash, sealed: vec![1, 2, 3], hint: "XK7QM".to_owned() }
    }

    /// Admits a device with one installation.
    pub(crate) fn device(&mut self, sold: Sold, name: &str) -> Credential {
        let (activation, installation) = (self.draw(), self.draw());
        let asked = Activate {
            license_id: sold.license,
            key_id: sold.key,
            product: "planner".to_owned(),
            version: version(),
            released_at: None,
            installation_id: installation.into(),
            device_name: name.to_owned(),
            os: "Windows 11".to_owned(),
            fingerprint: ["machine", "board", "host"].iter().map(|kind| format!("{kind} of {name}")).collect(),
            trial: false,
            activation_id: activation.into(),
            salt: *activation.as_bytes(),
            denial: self.denial(),
        };
        match self.run(Command::Activate(Box::new(asked))) {
            Ok(Answer::Admitted(admitted)) => Credential {
                license_id: sold.license,
                activation_id: admitted.activation_id,
                installation_id: admitted.installation_id,
                generation: admitted.generation,
            },
            other => panic!("not admitted: {other:?}"),
        }
    }

    /// What a person on a device asks for.
    pub(crate) fn checkout(&mut self, credential: Credential, user: &str) -> Command {
        let (session, checkout) = (self.draw(), self.draw());
        Command::Checkout(Box::new(Checkout {
            credential,
            id: checkout.into(),
            person: person(user),
            version: version(),
            released_at: None,
            features: None,
            ends: Vec::new(),
            offline_since: None,
            address: "192.0.2.17".to_owned(),
            session_id: session.into(),
            salt: *session.as_bytes(),
            denial: self.denial(),
        }))
    }

    /// Takes a seat that must be free.
    pub(crate) fn seat(&mut self, credential: Credential, user: &str) -> Granted {
        let command = self.checkout(credential, user);
        granted(self.run(command))
    }

    /// Renews the lease of a seat.
    pub(crate) fn refresh(&mut self, credential: Credential, granted: &Granted) -> Answered {
        let lease = PresentedLease {
            number: granted.checkout.leases.given,
            before_restore: granted.epoch < self.books.epoch(),
            session_id: granted.session.id,
            person: person(granted.session.names.user.as_deref().unwrap_or_default()),
            version: "16.2".to_owned(),
            started_at: granted.session.started_at,
        };
        let salt = *self.draw().as_bytes();
        let address = "192.0.2.17".to_owned();
        let (id, ends) = (granted.checkout.id, Vec::new());
        self.run(Command::Refresh(Box::new(Refresh { credential, id, lease, ends, features: None, address, salt })))
    }

    /// Gives a seat back.
    pub(crate) fn give_back(&mut self, credential: Credential, granted: &Granted) {
        let back = Return { credential, id: granted.checkout.id, ended_at: None };
        self.run(Command::Return(back)).unwrap();
    }

    pub(crate) fn denial(&mut self) -> DenialIds {
        let id = self.draw();
        DenialIds { id: id.into(), request: RequestId(id.to_string()) }
    }
}

pub(crate) fn granted(answer: Answered) -> Granted {
    match answer {
        Ok(Answer::Granted(granted)) => *granted,
        other => panic!("no seat: {other:?}"),
    }
}

pub(crate) fn person(user: &str) -> Person {
    Person { user: user.to_owned(), device_name: "WS-0417".to_owned(), os_session: None }
}

pub(crate) fn vendor(what: impl Into<What>) -> Command {
    let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
    Command::Office(Box::new(OfficeCommand { by, what: what.into() }))
}

fn version() -> Version {
    Version::parse("16.2").unwrap()
}
