//! The facts a batch was given, and what its commands made of them so far.
//!
//! A store fills it, `decide` reads it, `apply` makes the next command see what the last one changed, and
//! the store writes what became different. It knows nothing of how it is stored.

mod table;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

pub use table::Table;

use crate::account::{Account, Link, Mail, SignIn};
use crate::activation::{Activation, Installation};
use crate::ask::Ask;
use crate::attempts::Attempts;
use crate::block::{Block, Blocked};
use crate::catalogue::{Customer, Product};
use crate::denial::Denial;
use crate::event::{Actor, ChainHead, Event, Stream};
use crate::holder::HolderKey;
use crate::id::{
    AccountId, ActivationId, AskId, BlockId, CheckoutId, CustomerId, DenialId, InstallationId, KeyId, LicenseId,
    LinkId, MailId, ProductId, SessionId, SignInId, SigningKeyId, TokenId,
};
use crate::key::ProductKey;
use crate::license::{Counters, License, Status};
use crate::session::{Checkout, Session};
use crate::signing::SigningKey;
use crate::term::after;
use crate::token::{Answered, Token};

/// One row made different, or an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A licence.
    License(License),
    /// A licence's counters. The chain's head in it is left as it is: events move it.
    Counters(LicenseId, Counters),
    /// A product key.
    Key(ProductKey),
    /// A device.
    Activation(Activation),
    /// An installation.
    Installation(Installation),
    /// A session.
    Session(Session),
    /// A checkout.
    Checkout(Checkout),
    /// A block.
    Block(Block),
    /// A block lifted.
    Unblock(BlockId),
    /// An episode of refusals.
    Denial(Denial),
    /// A product.
    Product(Product),
    /// A customer.
    Customer(Customer),
    /// An administration token.
    Token(Token),
    /// A signing key.
    SigningKey(SigningKey),
    /// What was answered under an idempotency key.
    Answered(Answered),
    /// Failed attempts of an address.
    Attempts(Attempts),
    /// An account.
    Account(Account),
    /// A sign-in.
    SignIn(SignIn),
    /// A link.
    Link(Link),
    /// A mail.
    Mail(Mail),
    /// What a visitor asked for.
    Ask(Ask),
    /// Something to stand in the audit trail.
    Event {
        /// Whose chain.
        stream: Stream,
        /// What kind.
        kind: &'static str,
        /// By whom.
        actor: Actor,
        /// What, with no person's name in it.
        body: serde_json::Value,
    },
}

/// Facts and what became of them. Tables are public: the store fills and empties them by name.
#[derive(Debug)]
pub struct Ledger {
    /// The instant of the batch, read after its licences were locked.
    pub now: Timestamp,
    /// When this server began to answer; nothing is reclaimed for one lease from then.
    pub opened_at: Timestamp,
    /// The restore epoch: 0, and higher after each time that these books were restored from a backup. Leases
    /// name the one they were given in.
    pub epoch: u32,
    /// Licences.
    pub licenses: Table<LicenseId, License>,
    /// Their counters.
    pub counters: Table<LicenseId, Counters>,
    /// Product keys.
    pub keys: Table<KeyId, ProductKey>,
    /// Devices.
    pub activations: Table<ActivationId, Activation>,
    /// Installations.
    pub installations: Table<(ActivationId, InstallationId), Installation>,
    /// Sessions.
    pub sessions: Table<SessionId, Session>,
    /// Checkouts.
    pub checkouts: Table<CheckoutId, Checkout>,
    /// Blocks.
    pub blocks: Table<BlockId, Block>,
    /// Blocks lifted.
    pub unblocked: BTreeSet<BlockId>,
    /// Episodes of refusals.
    pub denials: Table<DenialId, Denial>,
    /// Products.
    pub products: Table<ProductId, Product>,
    /// Customers.
    pub customers: Table<CustomerId, Customer>,
    /// Administration tokens.
    pub tokens: Table<TokenId, Token>,
    /// Signing keys.
    pub signing_keys: Table<SigningKeyId, SigningKey>,
    /// Answers under idempotency keys.
    pub answered: Table<(TokenId, String), Answered>,
    /// Failed attempts by address.
    pub attempts: Table<String, Attempts>,
    /// Accounts.
    pub accounts: Table<AccountId, Account>,
    /// Sign-ins.
    pub sign_ins: Table<SignInId, SignIn>,
    /// Links.
    pub links: Table<LinkId, Link>,
    /// Mails.
    pub mails: Table<MailId, Mail>,
    /// What visitors asked for.
    pub asks: Table<AskId, Ask>,
    /// Events of this batch, in order.
    pub events: Vec<Event>,
    /// The head of the server's own chain.
    pub server_chain: ChainHead,
    /// Live sessions whose hint has passed, by licence, in the hint's order. One that ends, or whose hint is
    /// corrected, is none any more.
    pub candidates: HashMap<LicenseId, BTreeSet<(Timestamp, SessionId)>>,
    /// Live sessions that were started on a device, where its licence limits them.
    pub holders_on: HashMap<ActivationId, u32>,
    by_holder: HashMap<(LicenseId, HolderKey), SessionId>,
    episodes: HashMap<(LicenseId, HolderKey), DenialId>,
    blocked: HashMap<(LicenseId, Blocked), BlockId>,
    live_checkouts: HashMap<SessionId, BTreeSet<CheckoutId>>,
}

impl Ledger {
    /// An empty one.
    pub fn new(now: Timestamp, opened_at: Timestamp, epoch: u32) -> Self {
        Self {
            now,
            opened_at,
            epoch,
            licenses: Table::default(),
            counters: Table::default(),
            keys: Table::default(),
            activations: Table::default(),
            installations: Table::default(),
            sessions: Table::default(),
            checkouts: Table::default(),
            blocks: Table::default(),
            unblocked: BTreeSet::new(),
            denials: Table::default(),
            products: Table::default(),
            customers: Table::default(),
            tokens: Table::default(),
            signing_keys: Table::default(),
            answered: Table::default(),
            attempts: Table::default(),
            accounts: Table::default(),
            sign_ins: Table::default(),
            links: Table::default(),
            mails: Table::default(),
            asks: Table::default(),
            events: Vec::new(),
            server_chain: ChainHead::default(),
            candidates: HashMap::new(),
            holders_on: HashMap::new(),
            by_holder: HashMap::new(),
            episodes: HashMap::new(),
            blocked: HashMap::new(),
            live_checkouts: HashMap::new(),
        }
    }

    /// Takes in a session as stored.
    pub fn load_session(&mut self, session: Session) {
        if self.sessions.get(&session.id).is_none() {
            if session.live() {
                self.by_holder.insert((session.license_id, session.holder), session.id);
            }
            self.sessions.load(session.id, session);
        }
    }

    /// Takes in a checkout as stored.
    pub fn load_checkout(&mut self, checkout: Checkout) {
        if self.checkouts.get(&checkout.id).is_none() {
            if checkout.ended.is_none() {
                self.live_checkouts.entry(checkout.session_id).or_default().insert(checkout.id);
            }
            self.checkouts.load(checkout.id, checkout);
        }
    }

    /// Takes in a block as stored.
    pub fn load_block(&mut self, block: Block) {
        self.blocked.insert((block.license_id, block.who.clone()), block.id);
        self.blocks.load(block.id, block);
    }

    /// Takes in an episode as stored.
    pub fn load_denial(&mut self, denial: Denial) {
        if self.denials.get(&denial.id).is_none() {
            if denial.outcome.is_none() {
                self.episodes.insert((denial.license_id, denial.holder), denial.id);
            }
            self.denials.load(denial.id, denial);
        }
    }

    /// The live session of a holder.
    pub fn session_of(&self, license: LicenseId, holder: HolderKey) -> Option<&Session> {
        self.by_holder.get(&(license, holder)).and_then(|id| self.sessions.get(id))
    }

    /// The open episode of a holder.
    pub fn episode_of(&self, license: LicenseId, holder: HolderKey) -> Option<&Denial> {
        self.episodes.get(&(license, holder)).and_then(|id| self.denials.get(id))
    }

    /// The block that shuts this one out.
    pub fn block_of(&self, license: LicenseId, who: &Blocked) -> Option<&Block> {
        self.blocked.get(&(license, who.clone())).and_then(|id| self.blocks.get(id))
    }

    /// Live checkouts of a session, as far as they are loaded.
    pub fn checkouts_of(&self, session: SessionId) -> impl Iterator<Item = &Checkout> {
        self.live_checkouts.get(&session).into_iter().flatten().filter_map(|id| self.checkouts.get(id))
    }

    /// When a session whose live checkouts are loaded is due back; `Timestamp::MAX` for never.
    pub fn due_back(&self, session: SessionId) -> Timestamp {
        self.checkouts_of(session).map(|c| c.times.held_until()).max().unwrap_or(Timestamp::MIN)
    }

    /// Whether seats of this licence may be taken back now: not in the first lease after a start, so that
    /// clients which could not reach a stopped server find their seats; nor while the licence is suspended, when
    /// nobody can refresh, and for as long after, since resuming has to be enough.
    pub fn may_reclaim(&self, license: &License) -> bool {
        let reachable_since = license.resumed_at.map_or(self.opened_at, |at| at.max(self.opened_at));
        license.status != Status::Suspended && self.now >= after(reachable_since, license.policy.lease_seconds.into())
    }

    /// Makes the next command see a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::License(row) => self.licenses.put(row.id, row),
            Change::Counters(id, mut row) => {
                row.chain = self.counters.get(&id).map(|c| c.chain).unwrap_or_default();
                self.counters.put(id, row);
            }
            Change::Key(row) => self.keys.put(row.id, row),
            Change::Activation(row) => self.activations.put(row.id, row),
            Change::Installation(row) => self.installations.put((row.activation_id, row.id), row),
            Change::Session(row) => self.apply_session(row),
            Change::Checkout(row) => {
                let live = self.live_checkouts.entry(row.session_id).or_default();
                if row.ended.is_none() {
                    live.insert(row.id);
                } else {
                    live.remove(&row.id);
                }
                self.checkouts.put(row.id, row);
            }
            Change::Block(row) => {
                self.blocked.insert((row.license_id, row.who.clone()), row.id);
                self.blocks.put(row.id, row);
            }
            Change::Unblock(id) => {
                self.blocked.retain(|_, block| *block != id);
                self.unblocked.insert(id);
            }
            Change::Denial(row) => {
                let at = (row.license_id, row.holder);
                if row.outcome.is_none() {
                    self.episodes.insert(at, row.id);
                } else if self.episodes.get(&at) == Some(&row.id) {
                    self.episodes.remove(&at);
                }
                self.denials.put(row.id, row);
            }
            Change::Product(row) => self.products.put(row.id, row),
            Change::Customer(mut row) => {
                row.chain = self.customers.get(&row.id).map(|c| c.chain).unwrap_or_default();
                self.customers.put(row.id, row);
            }
            Change::Token(row) => self.tokens.put(row.id, row),
            Change::SigningKey(row) => self.signing_keys.put(row.id, row),
            Change::Answered(row) => self.answered.put((row.token_id, row.key.clone()), row),
            Change::Attempts(row) => self.attempts.put(row.address.clone(), row),
            Change::Account(row) => self.accounts.put(row.id, row),
            Change::SignIn(row) => self.sign_ins.put(row.id, row),
            Change::Link(row) => self.links.put(row.id, row),
            Change::Mail(row) => self.mails.put(row.id, row),
            Change::Ask(row) => self.asks.put(row.id, row),
            Change::Event { stream, kind, actor, body } => {
                let event =
                    Event::following(self.head(stream), stream, self.now, kind, &actor.to_string(), body.to_string());
                self.set_head(stream, event.head());
                self.events.push(event);
            }
        }
    }

    fn apply_session(&mut self, row: Session) {
        let was_live = self.sessions.get(&row.id).is_some_and(Session::live);
        if let Some(candidates) = self.candidates.get_mut(&row.license_id)
            && let Some(before) = self.sessions.get(&row.id)
            && candidates.remove(&(before.reclaim_hint, row.id))
            && row.live()
            && row.reclaim_hint <= self.now
        {
            candidates.insert((row.reclaim_hint, row.id));
        }
        if let Some(before) = self.sessions.get(&row.id).filter(|s| s.live()) {
            self.by_holder.remove(&(before.license_id, before.holder));
        }
        if let Some(holders) = self.holders_on.get_mut(&row.activation_id) {
            *holders = (*holders + u32::from(row.live())).saturating_sub(u32::from(was_live));
        }
        if row.live() {
            self.by_holder.insert((row.license_id, row.holder), row.id);
        }
        self.sessions.put(row.id, row);
    }

    fn head(&self, stream: Stream) -> ChainHead {
        match stream {
            Stream::License(id) => self.counters.get(&id).map(|c| c.chain).unwrap_or_default(),
            Stream::Customer(id) => self.customers.get(&id).map(|c| c.chain).unwrap_or_default(),
            Stream::Server => self.server_chain,
        }
    }

    fn set_head(&mut self, stream: Stream, head: ChainHead) {
        match stream {
            Stream::License(id) => {
                let counters = self.counters.get(&id).copied().unwrap_or_default();
                self.counters.put(id, Counters { chain: head, ..counters });
            }
            Stream::Customer(id) => {
                if let Some(mut customer) = self.customers.get(&id).cloned() {
                    customer.chain = head;
                    self.customers.put(id, customer);
                }
            }
            Stream::Server => self.server_chain = head,
        }
    }
}
