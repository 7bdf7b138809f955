//! The model of a store: rows in maps, taken in as a ledger changed them, with the constraints that a
//! database has too. It decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use seatkeeper_domain::account::{Account, Link, Mail, SignIn};
use seatkeeper_domain::activation::{Activation, Installation};
use seatkeeper_domain::ask::{Ask, Wanted, mailbox};
use seatkeeper_domain::attempts::Attempts;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::event::{ChainHead, Event};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{
    AccountId, ActivationId, AskId, BlockId, CheckoutId, CustomerId, DenialId, InstallationId, KeyId, LicenseId,
    LinkId, MailId, ProductId, SessionId, SignInId, SigningKeyId, TokenId,
};
use seatkeeper_domain::key::ProductKey;
use seatkeeper_domain::ledger::{Ledger, Table};
use seatkeeper_domain::license::{Counters, License, folded_serial};
use seatkeeper_domain::session::{Checkout, Session};
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::{Answered, Token};

/// Everything a store keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    /// The restore epoch.
    pub epoch: u32,
    /// Licences.
    pub licenses: BTreeMap<LicenseId, License>,
    /// Their counters.
    pub counters: BTreeMap<LicenseId, Counters>,
    /// Product keys.
    pub keys: BTreeMap<KeyId, ProductKey>,
    /// Devices.
    pub activations: BTreeMap<ActivationId, Activation>,
    /// Installations.
    pub installations: BTreeMap<(ActivationId, InstallationId), Installation>,
    /// Sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Checkouts.
    pub checkouts: BTreeMap<CheckoutId, Checkout>,
    /// Blocks.
    pub blocks: BTreeMap<BlockId, Block>,
    /// Episodes of refusals.
    pub denials: BTreeMap<DenialId, Denial>,
    /// Products.
    pub products: BTreeMap<ProductId, Product>,
    /// Customers.
    pub customers: BTreeMap<CustomerId, Customer>,
    /// Administration tokens.
    pub tokens: BTreeMap<TokenId, Token>,
    /// Signing keys.
    pub signing_keys: BTreeMap<SigningKeyId, SigningKey>,
    /// Answers under idempotency keys.
    pub answered: BTreeMap<(TokenId, String), Answered>,
    /// Failed attempts by address.
    pub attempts: BTreeMap<String, Attempts>,
    /// People who sign in.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Sign-ins.
    pub sign_ins: BTreeMap<SignInId, SignIn>,
    /// Links.
    pub links: BTreeMap<LinkId, Link>,
    /// Mails.
    pub mails: BTreeMap<MailId, Mail>,
    /// What visitors asked for.
    pub asks: BTreeMap<AskId, Ask>,
    /// Events, in the order in which they were committed.
    pub events: Vec<Arc<Event>>,
    /// The head of the server's own chain.
    pub server_chain: ChainHead,
}

impl Books {
    /// Takes in what a ledger changed, or says which constraint it breaks; then it is left half done.
    pub fn write(&mut self, ledger: &Ledger) -> Result<(), String> {
        take(&mut self.licenses, &ledger.licenses);
        take(&mut self.counters, &ledger.counters);
        take(&mut self.keys, &ledger.keys);
        take(&mut self.activations, &ledger.activations);
        take(&mut self.installations, &ledger.installations);
        take(&mut self.sessions, &ledger.sessions);
        take(&mut self.checkouts, &ledger.checkouts);
        take(&mut self.blocks, &ledger.blocks);
        take(&mut self.denials, &ledger.denials);
        take(&mut self.products, &ledger.products);
        take(&mut self.customers, &ledger.customers);
        take(&mut self.tokens, &ledger.tokens);
        take(&mut self.signing_keys, &ledger.signing_keys);
        take(&mut self.answered, &ledger.answered);
        take(&mut self.attempts, &ledger.attempts);
        take(&mut self.accounts, &ledger.accounts);
        take(&mut self.sign_ins, &ledger.sign_ins);
        take(&mut self.links, &ledger.links);
        take(&mut self.mails, &ledger.mails);
        take(&mut self.asks, &ledger.asks);
        self.blocks.retain(|id, _| !ledger.unblocked.contains(id));
        self.events.extend(ledger.events.iter().cloned().map(Arc::new));
        self.server_chain = ledger.server_chain;
        self.constraints()
    }

    /// Live sessions of a licence.
    pub fn live(&self, license: LicenseId) -> impl Iterator<Item = &Session> {
        self.sessions.values().filter(move |s| s.license_id == license && s.live())
    }

    /// Whether a live session has a copy on a device.
    pub fn copy_on(&self, session: &Session, device: ActivationId) -> bool {
        session.live() && self.live_checkouts(session.id).any(|c| c.activation_id == device)
    }

    /// Checkouts that hold a session.
    pub fn live_checkouts(&self, session: SessionId) -> impl Iterator<Item = &Checkout> {
        self.checkouts.values().filter(move |c| c.session_id == session && c.ended.is_none())
    }

    /// What a database enforces again.
    fn constraints(&self) -> Result<(), String> {
        let over = self.counters.values().any(|c| c.in_use > c.ceiling);
        let live = self.sessions.values().filter(|s| s.live()).map(|s| (s.license_id, s.holder));
        let open = self.denials.values().filter(|d| d.outcome.is_none()).map(|d| (d.license_id, d.holder));
        let codes = self.products.values().map(|p| &p.code);
        let external = self.customers.values().filter_map(|c| c.external_id.as_ref());
        let asks = self.asks.values().map(|ask| (mailbox(&ask.email), ask.product_id, ask.wanted == Wanted::Trial));
        let broken = [
            (over, "in_use is above ceiling"),
            (twice(live), "one holder has two live sessions"),
            (twice(open), "one holder has two open episodes"),
            (twice(self.licenses.values().map(|l| folded_serial(&l.serial_number))), "a serial number is there twice"),
            (twice(self.keys.values().map(|k| k.hash)), "a product key is there twice"),
            (twice(codes), "a product's code is there twice"),
            (twice(external), "an external id is there twice"),
            (twice(self.accounts.values().map(|a| fold(&a.email))), "a mail address is there twice"),
            (twice(asks), "the same is asked for twice from one mailbox"),
            (twice(self.events.iter().map(|e| (e.stream, e.number))), "an event's number is there twice"),
        ];
        match broken.iter().find(|(broken, _)| *broken) {
            Some((_, what)) => Err((*what).to_owned()),
            None => Ok(()),
        }
    }
}

fn take<K: Ord + Clone + Eq + std::hash::Hash, V: Clone>(rows: &mut BTreeMap<K, V>, changed: &Table<K, V>) {
    rows.extend(changed.changed().map(|(key, row)| (key.clone(), row.clone())));
}

fn twice<T: Ord>(values: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    values.into_iter().any(|value| !seen.insert(value))
}
