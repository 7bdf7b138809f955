//! Loads from the model exactly what needs name, with the parents that `domain::needs` promises and nothing
//! else, so that a decision which looks at what it did not ask for is caught.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seatkeeper_domain::activation::{Activation, same_device};
use seatkeeper_domain::ask::{Ask, mailbox};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::holder::{HolderKey, fold};
use seatkeeper_domain::id::{ActivationId, BlockId, CheckoutId, KeyId, LicenseId, SessionId};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::license::folded_serial;
use seatkeeper_domain::needs::{DeviceNeed, Ending, HolderNeed, Needs};
use seatkeeper_domain::session::Session;

use super::Books;

impl Books {
    /// The ledger for a batch with these needs, at `now`, of a server that began to answer at `opened_at`.
    pub fn load(&self, needs: &Needs, now: Timestamp, opened_at: Timestamp) -> Ledger {
        let mut loading = Loading { books: self, ledger: Ledger::new(now, opened_at, self.epoch) };
        loading.ledger.server_chain = self.server_chain;
        loading.catalogue(needs);
        loading.office(needs);
        loading.people(needs);
        loading.asks(needs);
        loading.licenses(needs);
        loading.sessions(needs);
        loading.endings(needs);
        loading.blocks_and_denials(needs);
        needs.devices.iter().for_each(|need| loading.device(need));
        needs.holders.iter().for_each(|need| loading.holder(need));
        loading.candidates(needs);
        loading.ledger
    }

    /// Needs that name every row there is.
    pub fn everything(&self) -> Needs {
        Needs {
            licenses: self.licenses.keys().copied().collect(),
            keys: self.keys.keys().copied().collect(),
            installations: self.installations.keys().copied().collect(),
            activations: self.activations.keys().copied().collect(),
            checkouts: self.checkouts.keys().copied().collect(),
            sessions: self.sessions.keys().copied().collect(),
            blocks: self.blocks.keys().copied().collect(),
            denials: self.denials.keys().copied().collect(),
            products: self.products.keys().copied().collect(),
            customers: self.customers.keys().copied().collect(),
            tokens: self.tokens.keys().copied().collect(),
            answered: self.answered.keys().cloned().collect(),
            attempts: self.attempts.keys().cloned().collect(),
            signing_keys: true,
            accounts: self.accounts.keys().copied().collect(),
            sign_ins: self.sign_ins.keys().copied().collect(),
            links: self.links.keys().copied().collect(),
            mails: self.mails.keys().copied().collect(),
            asks: self.asks.keys().copied().collect(),
            ..Needs::default()
        }
    }

    /// What [`load`](Self::load) loads, and every row there is besides, to tell whether a decision looked at
    /// what it did not ask for.
    pub fn load_all(&self, needs: &Needs, now: Timestamp, opened_at: Timestamp) -> Ledger {
        let everything = self.everything();
        let mut loading = Loading { books: self, ledger: self.load(needs, now, opened_at) };
        loading.catalogue(&everything);
        loading.people(&everything);
        loading.asks(&everything);
        loading.licenses(&everything);
        loading.sessions(&everything);
        loading.blocks_and_denials(&everything);
        loading.ledger
    }
}

struct Loading<'a> {
    books: &'a Books,
    ledger: Ledger,
}

impl Loading<'_> {
    fn catalogue(&mut self, needs: &Needs) {
        for product in self.books.products.values() {
            if needs.products.contains(&product.id) || needs.product_codes.contains(&product.code) {
                self.ledger.products.load(product.id, product.clone());
            }
        }
        for customer in self.books.customers.values() {
            let known_as = customer.external_id.as_ref().is_some_and(|id| needs.external_ids.contains(id));
            if needs.customers.contains(&customer.id) || known_as {
                self.ledger.customers.load(customer.id, customer.clone());
            }
        }
    }

    fn office(&mut self, needs: &Needs) {
        for id in &needs.tokens {
            self.books.tokens.get(id).into_iter().for_each(|row| self.ledger.tokens.load(*id, row.clone()));
        }
        for at in &needs.answered {
            self.books.answered.get(at).into_iter().for_each(|row| self.ledger.answered.load(at.clone(), row.clone()));
        }
        for at in &needs.attempts {
            let counted = self.books.attempts.get(at).filter(|row| row.failures > 0);
            counted.into_iter().for_each(|row| self.ledger.attempts.load(at.clone(), row.clone()));
        }
        for (id, row) in self.books.signing_keys.iter().filter(|_| needs.signing_keys) {
            self.ledger.signing_keys.load(*id, row.clone());
        }
    }

    fn people(&mut self, needs: &Needs) {
        for account in self.books.accounts.values() {
            let governs = account.governs() && needs.governors.contains(&account.customer_id);
            if governs || needs.accounts.contains(&account.id) || needs.emails.contains(&fold(&account.email)) {
                self.ledger.accounts.load(account.id, account.clone());
            }
        }
        for sign_in in self.books.sign_ins.values() {
            let of = sign_in.ended.is_none() && needs.sign_ins_of.contains(&sign_in.account_id);
            if of || needs.sign_ins.contains(&sign_in.id) {
                self.ledger.sign_ins.load(sign_in.id, sign_in.clone());
            }
        }
        for link in needs.links.iter().filter_map(|id| self.books.links.get(id)) {
            self.ledger.links.load(link.id, link.clone());
        }
        for mail in needs.mails.iter().filter_map(|id| self.books.mails.get(id)) {
            self.ledger.mails.load(mail.id, mail.clone());
        }
    }

    fn asks(&mut self, needs: &Needs) {
        let named = |ask: &&Ask| needs.asks.contains(&ask.id) || needs.asks_from.contains(&mailbox(&ask.email));
        for ask in self.books.asks.values().filter(named) {
            self.ledger.asks.load(ask.id, ask.clone());
            if let Some(product) = self.books.products.get(&ask.product_id) {
                self.ledger.products.load(product.id, product.clone());
            }
        }
    }

    fn licenses(&mut self, needs: &Needs) {
        let serials: BTreeSet<_> = needs.serials.iter().map(|serial| folded_serial(serial)).collect();
        for license in self.books.licenses.values() {
            if needs.licenses.contains(&license.id) || serials.contains(&folded_serial(&license.serial_number)) {
                self.license(license.id);
            }
        }
        for key in self.books.keys.values() {
            if needs.keys.contains(&key.id) || needs.keys_of.contains(&key.license_id) {
                self.key(key.id);
            }
        }
        for at @ (activation, _) in &needs.installations {
            self.activation(*activation);
            self.installation(*at);
        }
        needs.activations.iter().for_each(|id| self.activation(*id));
    }

    fn sessions(&mut self, needs: &Needs) {
        needs.checkouts.iter().for_each(|id| self.checkout(*id));
        needs.sessions.iter().for_each(|id| self.session_with_checkouts(*id));
    }

    fn endings(&mut self, needs: &Needs) {
        for ending in &needs.endings {
            let ended = |s: &&Session| match ending {
                Ending::License(id) => s.license_id == *id,
                Ending::Activation(device) | Ending::Blocked(_, Blocked::Device(device)) => {
                    self.books.copy_on(s, *device)
                }
                Ending::Blocked(id, Blocked::User(user)) => s.license_id == *id && s.names.is_user(user),
            };
            let live = self.books.sessions.values().filter(|s| s.live());
            let due: Vec<_> = live.filter(ended).map(|s| s.id).take(Needs::ENDED_AT_ONCE as usize).collect();
            due.into_iter().for_each(|id| self.session_with_checkouts(id));
        }
    }

    fn blocks_and_denials(&mut self, needs: &Needs) {
        needs.blocks.iter().for_each(|id| self.block(*id));
        needs.blocked.iter().for_each(|(license, who)| self.blocked(*license, who));
        for denial in needs.denials.iter().filter_map(|id| self.books.denials.get(id)) {
            self.license(denial.license_id);
            self.ledger.load_denial(denial.clone());
        }
    }

    fn device(&mut self, need: &DeviceNeed) {
        let alike = |a: &&Activation| same_device(&a.fingerprint, &need.fingerprint);
        for activation in self.books.activations.values().filter(|a| a.license_id == need.license_id).filter(alike) {
            self.activation(activation.id);
            self.blocked(need.license_id, &Blocked::Device(activation.id));
            self.installation((activation.id, need.installation_id));
        }
        if need.trial {
            self.tried(need);
        }
        self.episode(need.license_id, HolderKey::of_device(&need.fingerprint));
    }

    /// Devices alike on which visitors began trials of the licence's product.
    fn tried(&mut self, need: &DeviceNeed) {
        let Some(license) = self.books.licenses.get(&need.license_id) else { return };
        let began = |a: &&Activation| {
            let of = self.books.licenses.get(&a.license_id);
            of.is_some_and(|of| of.product_id == license.product_id && of.tried_by.is_some())
        };
        let alike = |a: &&Activation| same_device(&a.fingerprint, &need.fingerprint);
        let tried: Vec<_> = self.books.activations.values().filter(began).filter(alike).map(|a| a.id).collect();
        tried.into_iter().for_each(|id| self.activation(id));
    }

    fn holder(&mut self, need: &HolderNeed) {
        let Some(license) = self.books.licenses.get(&need.license_id) else { return };
        self.license(license.id);
        let holder = need.key(license.policy.count_by);
        if let Some(session) = self.books.live(license.id).find(|s| s.holder == holder) {
            self.session(session.id);
        }
        self.blocked(license.id, &Blocked::Device(need.activation_id));
        self.blocked(license.id, &Blocked::User(fold(&need.person.user)));
        self.episode(license.id, holder);
        if license.policy.holders_per_device.is_some() {
            let holders = self.books.live(license.id).filter(|s| s.activation_id == need.activation_id).count();
            self.ledger.holders_on.insert(need.activation_id, holders as u32);
        }
    }

    /// Sessions whose hint has passed, by hint and id, until as many are due as may be wanted.
    fn candidates(&mut self, needs: &Needs) {
        let asked: BTreeSet<_> = needs.seats.keys().chain(needs.due.keys()).collect();
        for id in asked {
            let Some(license) = self.books.licenses.get(id) else { continue };
            self.license(*id);
            let now = self.ledger.now;
            let held = self.books.counters.get(id).map_or(0, |c| c.in_use);
            let wanted = needs.seats.get(id).copied().unwrap_or(0);
            let missing = held.saturating_add(wanted).saturating_sub(license.limit(now));
            let enough = missing.max(needs.due.get(id).copied().unwrap_or(0)) as usize;
            let mut passed: Vec<_> = self.books.live(*id).filter(|s| s.reclaim_hint <= now).collect();
            passed.sort_by_key(|s| (s.reclaim_hint, s.id));
            let mut due = 0;
            for session in passed {
                if due >= enough {
                    break;
                }
                self.session_with_checkouts(session.id);
                due += usize::from(self.ledger.due_back(session.id) <= now);
                self.ledger.candidates.entry(*id).or_default().insert((session.reclaim_hint, session.id));
            }
        }
    }

    fn license(&mut self, id: LicenseId) {
        let Some(license) = self.books.licenses.get(&id) else { return };
        self.ledger.licenses.load(id, license.clone());
        if let Some(counters) = self.books.counters.get(&id) {
            self.ledger.counters.load(id, *counters);
        }
        if let Some(product) = self.books.products.get(&license.product_id) {
            self.ledger.products.load(product.id, product.clone());
        }
    }

    fn key(&mut self, id: KeyId) {
        let Some(key) = self.books.keys.get(&id) else { return };
        self.license(key.license_id);
        self.ledger.keys.load(id, key.clone());
    }

    fn activation(&mut self, id: ActivationId) {
        let Some(activation) = self.books.activations.get(&id) else { return };
        self.license(activation.license_id);
        self.ledger.activations.load(id, activation.clone());
    }

    fn installation(&mut self, at: (ActivationId, seatkeeper_domain::id::InstallationId)) {
        let Some(installation) = self.books.installations.get(&at) else { return };
        self.activation(at.0);
        self.key(installation.key_id);
        self.ledger.installations.load(at, installation.clone());
    }

    fn session(&mut self, id: SessionId) {
        let Some(session) = self.books.sessions.get(&id) else { return };
        self.license(session.license_id);
        self.ledger.load_session(session.clone());
    }

    fn session_with_checkouts(&mut self, id: SessionId) {
        self.session(id);
        self.books.live_checkouts(id).for_each(|checkout| self.ledger.load_checkout(checkout.clone()));
    }

    fn checkout(&mut self, id: CheckoutId) {
        let Some(checkout) = self.books.checkouts.get(&id) else { return };
        self.session(checkout.session_id);
        self.ledger.load_checkout(checkout.clone());
    }

    fn block(&mut self, id: BlockId) {
        let Some(block) = self.books.blocks.get(&id) else { return };
        self.license(block.license_id);
        self.ledger.load_block(block.clone());
    }

    fn blocked(&mut self, license: LicenseId, who: &Blocked) {
        let shut_out = self.books.blocks.values().find(|b| b.license_id == license && b.who == *who);
        if let Some(block) = shut_out.map(|b| b.id) {
            self.block(block);
        }
    }

    fn episode(&mut self, license: LicenseId, holder: HolderKey) {
        let of = |d: &&seatkeeper_domain::denial::Denial| d.license_id == license && d.holder == holder;
        if let Some(open) = self.books.denials.values().filter(of).find(|d| d.outcome.is_none()) {
            self.license(license);
            self.ledger.load_denial(open.clone());
        }
    }
}
