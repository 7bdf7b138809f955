//! A store with no server around it: domain commands decided and committed in batches of any size.
//!
//! For what HTTP would hide (the cost of one decision, one commit a command) or make slow (a million events).

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, Credential, decide};
use seatkeeper_domain::event::{Actor, Stream};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::ledger::Change;
use seatkeeper_domain::needs;
use seatkeeper_domain::needs::Needs;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::{Clock, SteadyClock, Writer};
use seatkeeper_store_sqlite::{Books, SqliteWriter};

use crate::orders::{Held, Orders, Pool};

/// Commands in a batch where nothing else is said: what the driver takes at most.
const BATCH: usize = 512;

/// Events in a batch that holds nothing else.
const NOTES: u64 = 4096;

/// Books, and the one who writes them.
pub(crate) struct Direct<W = SqliteWriter> {
    writer: W,
    /// Draws what commands carry.
    pub(crate) orders: Orders,
    /// Of the pools that are issued one by one.
    pub(crate) customer_id: CustomerId,
    /// Events written so far.
    pub(crate) events: u64,
}

impl Direct {
    /// Fresh books in a folder, with a product and a customer.
    pub(crate) fn fresh(folder: &Path) -> Result<Self> {
        let books = Books::open(folder)?;
        let clock: Arc<dyn Clock> = Arc::new(SteadyClock::starting(books.last_instant()));
        let orders = Orders::from(clock.now());
        Self::on(books.writer(clock), orders)
    }
}

impl<W: Writer> Direct<W> {
    /// On empty books, which get a product and a customer.
    pub(crate) fn on(writer: W, mut orders: Orders) -> Result<Self> {
        let product = orders.product();
        let (customer_id, customer) = orders.customer();
        let mut direct = Self { writer, orders, customer_id, events: 0 };
        direct.done(&[product])?;
        direct.done(&[customer])?;
        Ok(direct)
    }

    /// Issues a licence.
    pub(crate) fn pool(&mut self, seats: u32) -> Result<Pool> {
        let (pool, command) = self.orders.pool(self.customer_id, seats);
        self.done(&[command])?;
        Ok(pool)
    }

    /// So many more customers, with a licence each.
    pub(crate) fn customers(&mut self, count: u32, seats: u32) -> Result<Vec<Pool>> {
        let mut pools = Vec::with_capacity(count as usize);
        while pools.len() < count as usize {
            let mut commands = Vec::new();
            for _ in 0..(BATCH / 2).min(count as usize - pools.len()) {
                let (id, customer) = self.orders.customer();
                let (pool, license) = self.orders.pool(id, seats);
                commands.extend([customer, license]);
                pools.push(pool);
            }
            self.done(&commands)?;
        }
        Ok(pools)
    }

    /// So many more licences for each customer of these pools, with nobody on them.
    pub(crate) fn unused(&mut self, pools: &[Pool], each: u32) -> Result<()> {
        let owners: Vec<CustomerId> = pools.iter().map(|pool| pool.customer_id).collect();
        let all: Vec<CustomerId> =
            owners.into_iter().flat_map(|owner| std::iter::repeat_n(owner, each as usize)).collect();
        for some in all.chunks(BATCH) {
            let commands: Vec<Command> = some.iter().map(|owner| self.orders.pool(*owner, 1).1).collect();
            self.done(&commands)?;
        }
        Ok(())
    }

    /// Admits a device for each of these pools.
    pub(crate) fn devices(&mut self, pools: impl IntoIterator<Item = Pool>) -> Result<Vec<Credential>> {
        let pools: Vec<Pool> = pools.into_iter().collect();
        let mut credentials = Vec::with_capacity(pools.len());
        for pools in pools.chunks(BATCH) {
            let commands: Vec<Command> =
                pools.iter().map(|pool| self.orders.activation(*pool)).collect::<Result<_>>()?;
            for (pool, answer) in pools.iter().zip(self.batch(&commands)?) {
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
        }
        Ok(credentials)
    }

    /// Takes a seat for each device's user; all must get one.
    pub(crate) fn take(&mut self, credentials: &[Credential]) -> Result<Vec<Held>> {
        let mut held = Vec::with_capacity(credentials.len());
        for credentials in credentials.chunks(BATCH) {
            let (seats, commands) = self.asked(credentials)?;
            self.done(&commands)?;
            held.extend(seats);
        }
        Ok(held)
    }

    /// What asks for a seat for each device's user, and what returns those that are granted.
    pub(crate) fn asked(&mut self, credentials: &[Credential]) -> Result<(Vec<Held>, Vec<Command>)> {
        let asked: Vec<(Held, Command)> =
            credentials.iter().map(|credential| self.orders.checkout(*credential)).collect::<Result<_>>()?;
        Ok(asked.into_iter().unzip())
    }

    /// Returns seats.
    pub(crate) fn give_back(&mut self, held: &[Held]) -> Result<()> {
        for held in held.chunks(BATCH) {
            let commands: Vec<Command> = held.iter().map(|held| held.give_back()).collect();
            self.done(&commands)?;
        }
        Ok(())
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
        self.events += ledger.events.len() as u64;
        self.writer.commit(&ledger)?;
        Ok(answers)
    }

    /// A batch of which nothing is refused.
    fn done(&mut self, commands: &[Command]) -> Result<()> {
        self.batch(commands)?.into_iter().try_for_each(|answer| answer.map(drop)).context("a command was refused")
    }

    /// Writes events of these licences, as those of seats are, until there are so many.
    pub(crate) fn note(&mut self, pools: &[Pool], until: u64) -> Result<()> {
        let mut turns = pools.chunks(8).cycle();
        while self.events < until {
            let pools = turns.next().context("no pools")?;
            let needs = Needs { licenses: pools.iter().map(|pool| pool.license_id).collect(), ..Needs::default() };
            let mut ledger = self.writer.begin(&needs)?;
            for pool in pools.iter().cycle().take(NOTES.min(until - self.events) as usize) {
                let (session, who) = (self.orders.id(), self.orders.id().simple().to_string());
                ledger.apply(Change::Event {
                    stream: Stream::License(pool.license_id),
                    kind: "session.started",
                    actor: Actor::Job,
                    body: serde_json::json!({ "session": session, "who": who }),
                });
            }
            self.events += ledger.events.len() as u64;
            self.writer.commit(&ledger)?;
        }
        Ok(())
    }
}
