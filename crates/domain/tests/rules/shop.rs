//! A vendor with one product, one customer and one licence, and programs that ask of it. Commands go through the
//! model, which loads no more than they ask for.

use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_domain::answer::{Admitted, Answer, Done, Granted};
use seatkeeper_domain::catalogue::Feature;
use seatkeeper_domain::decide::{
    Activate, Checkout, Command, Credential, CustomerPatch, DenialIds, Issue, LicensePatch, LicenseTerms, NewKey,
    Office, OfficeCommand, PolicyPatch, PresentedLease, ProductPatch, PutCustomer, PutProduct, Reclaim, Refresh,
    Return, UpdateLicense, What,
};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{CustomerId, InstallationId, KeyId, LicenseId, ProductId};
use seatkeeper_domain::license::{Grant, License, Model};
use seatkeeper_domain::needs;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::Session;
use seatkeeper_domain::term::{Term, after};
use seatkeeper_domain::version::Version;
use seatkeeper_store::conformance::play::decide_and_apply;
use seatkeeper_store::conformance::{Books, HandClock, Memory};
use seatkeeper_store::{Clock, Writer};
use uuid::Uuid;

/// When the shop opens.
pub(crate) const START: i64 = 1_800_000_000;

/// Days and hours in seconds.
pub(crate) const DAY: u32 = 86_400;
pub(crate) const HOUR: u32 = 3_600;

pub(crate) struct Shop {
    memory: Memory,
    clock: Arc<HandClock>,
    drawn: u128,
    pub(crate) customer: CustomerId,
    pub(crate) product: ProductId,
    pub(crate) license: LicenseId,
    pub(crate) key: KeyId,
}

/// So many seats, for ever.
pub(crate) fn seats(seats: u32) -> Vec<Grant> {
    vec![Grant { seats, starts_at: None, ends_at: None, order_reference: None }]
}

pub(crate) fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

impl Shop {
    /// A pool of one seat with the policy that a vendor gets who says nothing.
    pub(crate) fn plain() -> Self {
        Self::selling(|_| {})
    }

    /// The same, sold on other terms.
    pub(crate) fn selling(change: impl FnOnce(&mut LicenseTerms)) -> Self {
        let clock = Arc::new(HandClock::at(Timestamp::from_second(START).unwrap()));
        let nil = Uuid::nil();
        let mut shop = Self {
            memory: Memory::new(clock.clone()),
            clock,
            drawn: 0,
            customer: nil.into(),
            product: nil.into(),
            license: nil.into(),
            key: nil.into(),
        };
        shop.product = shop.draw().into();
        let feature = |code: &str| Feature { code: code.to_owned(), name: code.to_uppercase() };
        let patch = ProductPatch {
            code: Some("planner".to_owned()),
            name: Some("Planner".to_owned()),
            minimum_version: None,
            features: Some(vec![feature("bim"), feature("4d")]),
            offer: None,
        };
        shop.office(PutProduct { id: shop.product, new: true, patch, if_match: None }).unwrap();
        shop.customer = shop.new_customer("crm-1");
        let mut issue = shop.offer("SN-1");
        change(&mut issue.terms);
        (shop.license, shop.key) = (issue.id, issue.key.id);
        shop.office(issue).unwrap();
        // The first lease after the start, in which nothing is taken back, is over.
        shop.pass(HOUR);
        shop
    }

    pub(crate) fn new_customer(&mut self, external_id: &str) -> CustomerId {
        let id = self.draw().into();
        let external_id = Some(Some(external_id.to_owned()));
        let patch = CustomerPatch { name: Some("Arup".to_owned()), external_id, ..CustomerPatch::default() };
        self.office(PutCustomer { id, new: true, patch, if_match: None }).unwrap();
        id
    }

    /// A pool of one seat, not issued yet.
    pub(crate) fn offer(&mut self, serial_number: &str) -> Issue {
        Issue {
            id: self.draw().into(),
            terms: LicenseTerms {
                customer_id: self.customer,
                product: "planner".to_owned(),
                serial_number: serial_number.to_owned(),
                model: Model::Concurrent,
                grants: seats(1),
                features: None,
                term: Term::Perpetual { maintenance_until: None },
                policy: PolicyPatch::default(),
                legacy: None,
                external_id: None,
                metadata: serde_json::Map::new(),
            },
            key: self.new_key("head office"),
        }
    }

    pub(crate) fn new_key(&mut self, label: &str) -> NewKey {
        let id = self.draw();
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(id.as_bytes());
        NewKey { id: id.into(), label: label.to_owned(), hash, sealed: vec![1], hint: "7QMXK".to_owned() }
    }

    pub(crate) fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | self.drawn)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// So many seconds from now.
    pub(crate) fn later(&self, seconds: u32) -> Timestamp {
        after(self.now(), seconds.into())
    }

    pub(crate) fn pass(&self, seconds: u32) {
        self.clock.pass(seconds);
    }

    pub(crate) fn restart(&mut self) {
        self.memory = self.memory.reopen();
    }

    pub(crate) fn restore(&mut self, backup: &Books) {
        self.memory.restore(backup);
        self.restart();
    }

    pub(crate) fn books(&self) -> Arc<Books> {
        self.memory.books()
    }

    pub(crate) fn license(&self) -> License {
        self.books().licenses[&self.license].clone()
    }

    pub(crate) fn in_use(&self) -> u32 {
        self.books().counters[&self.license].in_use
    }

    pub(crate) fn live(&self) -> Vec<Session> {
        self.books().live(self.license).cloned().collect()
    }

    /// Kinds of the events there are, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        self.books().events.iter().map(|event| event.kind.clone()).collect()
    }

    /// Several commands in one batch.
    pub(crate) fn batch(&mut self, commands: &[Command]) -> Vec<Result<Answer, Refusal>> {
        let mut ledger = self.memory.begin(&needs(commands)).unwrap();
        let answers = commands.iter().map(|command| decide_and_apply(&mut ledger, command).answer).collect();
        self.memory.commit(&ledger).unwrap();
        answers
    }

    pub(crate) fn run(&mut self, command: Command) -> Result<Answer, Refusal> {
        self.batch(&[command]).pop().unwrap()
    }

    /// What the vendor asks.
    pub(crate) fn office(&mut self, what: impl Into<What>) -> Result<Done, Refusal> {
        self.office_of(None, what)
    }

    /// What an administrator of one customer asks.
    pub(crate) fn office_of(
        &mut self,
        customer_id: Option<CustomerId>,
        what: impl Into<What>,
    ) -> Result<Done, Refusal> {
        let by = Office { actor: Actor::Local, customer_id, idempotency: None };
        match self.run(Command::Office(Box::new(OfficeCommand { by, what: what.into() })))? {
            Answer::Done(done) => Ok(done),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn update(&mut self, patch: LicensePatch) -> Result<Done, Refusal> {
        self.office(UpdateLicense { license_id: self.license, patch, if_match: None })
    }

    pub(crate) fn reclaim(&mut self) -> u32 {
        let command = Command::Reclaim(Reclaim { license_id: self.license, at_most: 100 });
        match self.run(command) {
            Ok(Answer::Done(Done::Reclaimed { seats, .. })) => seats,
            other => panic!("{other:?}"),
        }
    }

    /// What a device would ask to be admitted.
    pub(crate) fn admission(&mut self, device: &str) -> Activate {
        let hash = |kind: &str| format!("{kind} of {device}");
        Activate {
            license_id: self.license,
            key_id: self.key,
            product: "planner".to_owned(),
            version: version("16.2"),
            released_at: None,
            installation_id: InstallationId(Uuid::from_u128(1)),
            device_name: device.to_owned(),
            os: "Windows 11".to_owned(),
            fingerprint: vec![hash("machine"), hash("board"), hash("network card")],
            trial: false,
            activation_id: self.draw().into(),
            salt: [3; 16],
            denial: self.denial(),
        }
    }

    fn denial(&mut self) -> DenialIds {
        let id = self.draw();
        DenialIds { id: id.into(), request: RequestId(id.to_string()) }
    }

    pub(crate) fn admit(&mut self, asked: Activate) -> Result<Admitted, Refusal> {
        match self.run(Command::Activate(Box::new(asked)))? {
            Answer::Admitted(admitted) => Ok(*admitted),
            other => panic!("{other:?}"),
        }
    }

    /// Admits a device; its token.
    pub(crate) fn activate(&mut self, device: &str) -> Result<Credential, Refusal> {
        let asked = self.admission(device);
        let license_id = asked.license_id;
        let admitted = self.admit(asked)?;
        Ok(Credential {
            license_id,
            activation_id: admitted.activation_id,
            installation_id: admitted.installation_id,
            generation: admitted.generation,
        })
    }

    /// What a program would ask for a seat.
    pub(crate) fn request(&mut self, token: Credential, user: &str) -> Checkout {
        Checkout {
            credential: token,
            id: self.draw().into(),
            person: Person { user: user.to_owned(), device_name: "PC".to_owned(), os_session: None },
            version: version("16.2"),
            released_at: None,
            features: None,
            ends: Vec::new(),
            offline_since: None,
            address: "192.0.2.7".to_owned(),
            session_id: self.draw().into(),
            salt: *self.draw().as_bytes(),
            denial: self.denial(),
        }
    }

    pub(crate) fn ask(&mut self, asked: Checkout) -> Result<Granted, Refusal> {
        granted(self.run(Command::Checkout(Box::new(asked))))
    }

    /// A user opens the program on a device.
    pub(crate) fn open(&mut self, token: Credential, user: &str) -> Result<Granted, Refusal> {
        let asked = self.request(token, user);
        self.ask(asked)
    }

    /// What a program would ask to renew the lease it was given.
    pub(crate) fn renewal(&self, token: Credential, held: &Granted) -> Refresh {
        let names = &held.session.names;
        Refresh {
            credential: token,
            id: held.checkout.id,
            lease: PresentedLease {
                number: held.checkout.leases.given,
                before_restore: held.epoch < self.books().epoch,
                session_id: held.session.id,
                person: Person {
                    user: names.user.clone().unwrap(),
                    device_name: names.device_name.clone().unwrap(),
                    os_session: names.os_session.clone(),
                },
                version: held.session.version.clone(),
                started_at: held.session.started_at,
            },
            ends: Vec::new(),
            features: None,
            address: "192.0.2.7".to_owned(),
            salt: [5; 16],
        }
    }

    pub(crate) fn refresh(&mut self, token: Credential, held: &Granted) -> Result<Granted, Refusal> {
        let asked = self.renewal(token, held);
        granted(self.run(Command::Refresh(Box::new(asked))))
    }

    pub(crate) fn close(
        &mut self,
        token: Credential,
        held: &Granted,
        ended_at: Option<Timestamp>,
    ) -> Result<Answer, Refusal> {
        self.run(Command::Return(Return { credential: token, id: held.checkout.id, ended_at }))
    }
}

pub(crate) fn granted(answer: Result<Answer, Refusal>) -> Result<Granted, Refusal> {
    match answer? {
        Answer::Granted(granted) => Ok(*granted),
        other => panic!("{other:?}"),
    }
}

/// The stable code of a refusal, or `granted`.
pub(crate) fn code<T>(answer: &Result<T, Refusal>) -> &'static str {
    answer.as_ref().map_or_else(Refusal::code, |_| "granted")
}
