//! What pages and answers read, said by the model: plain filters over its rows.

use jiff::Timestamp;
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{
    ActivationId, CustomerId, InstallationId, KeyId, LicenseId, ProductId, SessionId, TokenId,
};
use seatkeeper_domain::license::folded_serial;
use seatkeeper_domain::needs::Ending;
use seatkeeper_domain::session::Session;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use uuid::Uuid;

use super::super::Books;
use super::Memory;
use crate::error::StoreError;
use crate::read::{
    DenialFilter, EventRow, FoundKey, KeyRow, LanePosition, LicenseFilter, LicenseRow, Listed, NamedRows, Page, Reader,
    Scope, SessionFilter, SessionRow, SessionState,
};

type Read<T> = Result<T, StoreError>;

impl Books {
    pub(super) fn owns(&self, scope: Scope, license: LicenseId) -> bool {
        self.licenses.get(&license).is_some_and(|l| scope.customer().is_none_or(|own| own == l.customer_id))
    }

    pub(super) fn license_row(&self, id: LicenseId) -> Option<LicenseRow> {
        let license = self.licenses.get(&id)?.clone();
        let product = self.products.get(&license.product_id)?.clone();
        Some(LicenseRow { counters: *self.counters.get(&id)?, license, product })
    }

    /// What the live checkouts of a session say, or of one that is over all that it had.
    pub(in crate::conformance) fn session_row(&self, session: &Session) -> SessionRow {
        let own = self.checkouts.values().filter(|c| c.session_id == session.id);
        let counted: Vec<_> = own.filter(|c| !session.live() || c.ended.is_none()).collect();
        let start = session.started_at;
        let held = counted.iter().map(|c| c.times.held_until()).max().filter(|at| *at < Timestamp::MAX);
        SessionRow {
            session: session.clone(),
            refreshed_at: counted.iter().map(|c| c.refreshed_at).max().unwrap_or(start),
            lease_until: counted.iter().map(|c| c.times.lease_until).max().unwrap_or(start),
            grace_until: counted.iter().map(|c| c.times.grace_until).max().unwrap_or(start),
            back_by: held,
        }
    }

    fn used_key(&self, session: SessionId, key: KeyId) -> bool {
        self.checkouts.values().filter(|c| c.session_id == session).any(|c| {
            let at = (c.activation_id, c.installation_id);
            self.installations.get(&at).is_some_and(|i| i.key_id == key)
        })
    }
}

pub(super) fn listed<T>(rows: impl Iterator<Item = T>, page: Page, id: impl Fn(&T) -> Uuid) -> Read<Listed<T>> {
    let limit = page.limit.clamp(1, 200) as usize;
    let mut items: Vec<T> = rows.filter(|row| page.after.is_none_or(|after| id(row) > after)).collect();
    items.sort_by_key(&id);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(id);
    Ok(Listed { items, next })
}

fn holds(name: Option<&str>, part: Option<&String>) -> bool {
    part.is_none_or(|part| name.is_some_and(|name| fold(name).contains(&fold(part))))
}

impl Reader for Memory {
    fn ping(&self) -> Read<()> {
        Ok(())
    }

    fn find_key(&self, hash: &[u8; 32]) -> Read<Option<FoundKey>> {
        let books = self.books();
        let key = books.keys.values().find(|key| key.hash == *hash);
        Ok(key.and_then(|key| {
            let license = books.licenses.get(&key.license_id)?;
            let (serial_number, trial) = (license.serial_number.clone(), license.tried_by.is_some());
            Some(FoundKey { key_id: key.id, license_id: key.license_id, serial_number, trial })
        }))
    }

    fn token(&self, id: TokenId) -> Read<Option<Token>> {
        Ok(self.books().tokens.get(&id).cloned())
    }

    fn signing_keys(&self) -> Read<Vec<SigningKey>> {
        Ok(self.books().signing_keys.values().cloned().collect())
    }

    fn activation_terms(&self, id: ActivationId) -> Read<Option<(Activation, LicenseRow)>> {
        let books = self.books();
        let device = books.activations.get(&id).cloned();
        Ok(device.and_then(|device| books.license_row(device.license_id).map(|license| (device, license))))
    }

    fn generation(&self, id: ActivationId, installation: InstallationId) -> Read<Option<u32>> {
        let books = self.books();
        let admitted = books.activations.get(&id).map(|device| device.activated_at);
        let row = books.installations.get(&(id, installation));
        Ok(row.filter(|row| admitted.is_some_and(|at| row.activated_at >= at)).map(|row| row.generation))
    }

    fn next_back_by(&self, license: LicenseId) -> Read<Option<Timestamp>> {
        let books = self.books();
        Ok(books.live(license).filter_map(|s| books.session_row(s).back_by).min())
    }

    fn holders(&self, license: LicenseId) -> Read<Vec<SessionRow>> {
        let books = self.books();
        let mut rows: Vec<_> = books.live(license).map(|s| books.session_row(s)).collect();
        rows.sort_by_key(|row| row.back_by.unwrap_or(Timestamp::MAX));
        rows.truncate(20);
        Ok(rows)
    }

    fn first_device(&self, license: LicenseId) -> Read<Option<Activation>> {
        let books = self.books();
        let own = books.activations.values().filter(|a| a.license_id == license && a.active());
        Ok(own.min_by_key(|a| (a.activated_at, a.id)).cloned())
    }

    fn product(&self, id: ProductId) -> Read<Option<Product>> {
        Ok(self.books().products.get(&id).cloned())
    }

    fn products(&self, page: Page) -> Read<Listed<Product>> {
        listed(self.books().products.values().cloned(), page, |row| row.id.0)
    }

    fn customer(&self, scope: Scope, id: CustomerId) -> Read<Option<Customer>> {
        let own = scope.customer().is_none_or(|own| own == id);
        Ok(self.books().customers.get(&id).filter(|_| own).cloned())
    }

    fn customers(&self, scope: Scope, external_id: Option<&str>, page: Page) -> Read<Listed<Customer>> {
        let books = self.books();
        let own = books.customers.values().filter(|c| scope.customer().is_none_or(|own| own == c.id));
        let named = own.filter(|c| external_id.is_none_or(|id| c.external_id.as_deref() == Some(id)));
        listed(named.cloned(), page, |row| row.id.0)
    }

    fn license(&self, scope: Scope, id: LicenseId) -> Read<Option<LicenseRow>> {
        let books = self.books();
        Ok(books.license_row(id).filter(|_| books.owns(scope, id)))
    }

    fn licenses(&self, scope: Scope, filter: &LicenseFilter, page: Page) -> Read<Listed<LicenseRow>> {
        let books = self.books();
        let serial = filter.serial_number.as_deref().map(folded_serial);
        let own = books.licenses.values().filter(|l| books.owns(scope, l.id));
        let found = own.filter(|l| {
            filter.customer_id.is_none_or(|id| id == l.customer_id)
                && filter.product_id.is_none_or(|id| id == l.product_id)
                && serial.as_ref().is_none_or(|s| *s == folded_serial(&l.serial_number))
                && filter.external_id.as_ref().is_none_or(|id| l.external_id.as_ref() == Some(id))
                && filter.model.is_none_or(|model| model == l.model)
                && (!filter.requested || l.requested_at().is_some())
        });
        listed(found.filter_map(|l| books.license_row(l.id)), page, |row| row.license.id.0)
    }

    fn keys(&self, scope: Scope, license: LicenseId) -> Read<Vec<KeyRow>> {
        let books = self.books();
        let own = books.keys.values().filter(|k| k.license_id == license && books.owns(scope, license));
        let devices = |key: KeyId| {
            let active = books.activations.values().filter(|a| a.active());
            active.filter(|a| books.installations.values().any(|i| i.activation_id == a.id && i.key_id == key)).count()
        };
        Ok(own.map(|key| KeyRow { devices: devices(key.id) as u32, key: key.clone() }).collect())
    }

    fn blocks(&self, scope: Scope, license: LicenseId, page: Page) -> Read<Listed<Block>> {
        let books = self.books();
        let own = books.blocks.values().filter(|b| b.license_id == license && books.owns(scope, license));
        listed(own.cloned(), page, |row| row.id.0)
    }

    fn session(&self, scope: Scope, id: SessionId) -> Read<Option<SessionRow>> {
        let books = self.books();
        let own = books.sessions.get(&id).filter(|s| books.owns(scope, s.license_id));
        Ok(own.map(|s| books.session_row(s)))
    }

    fn sessions(&self, scope: Scope, filter: &SessionFilter, now: Timestamp, page: Page) -> Read<Listed<SessionRow>> {
        let books = self.books();
        let own = books.sessions.values().filter(|s| books.owns(scope, s.license_id));
        let found = own.filter(|s| {
            let owner = books.licenses.get(&s.license_id).map(|l| l.customer_id);
            let leased = books.live_checkouts(s.id).any(|c| c.times.lease_until > now);
            filter.license_id.is_none_or(|id| id == s.license_id)
                && filter.customer_id.is_none_or(|id| owner == Some(id))
                && holds(s.names.user.as_deref(), filter.user.as_ref())
                && holds(s.names.device_name.as_deref(), filter.device.as_ref())
                && filter.key_id.is_none_or(|key| books.used_key(s.id, key))
                && match filter.state {
                    None => s.live(),
                    Some(SessionState::Live) => s.live() && leased,
                    Some(SessionState::Silent) => s.live() && !leased,
                    Some(SessionState::Ended) => !s.live(),
                }
        });
        listed(found.map(|s| books.session_row(s)), page, |row| row.session.id.0)
    }

    fn activation(&self, scope: Scope, id: ActivationId) -> Read<Option<Activation>> {
        let books = self.books();
        Ok(books.activations.get(&id).filter(|a| books.owns(scope, a.license_id)).cloned())
    }

    fn activations(&self, scope: Scope, license: Option<LicenseId>, page: Page) -> Read<Listed<Activation>> {
        let books = self.books();
        let own = books.activations.values().filter(|a| books.owns(scope, a.license_id));
        let found = own.filter(|a| license.is_none_or(|id| id == a.license_id));
        listed(found.cloned(), page, |row| row.id.0)
    }

    fn denials(&self, scope: Scope, filter: &DenialFilter, page: Page) -> Read<Listed<Denial>> {
        let books = self.books();
        let own = books.denials.values().filter(|d| books.owns(scope, d.license_id));
        let found = own.filter(|d| {
            let owner = books.licenses.get(&d.license_id).map(|l| l.customer_id);
            filter.license_id.is_none_or(|id| id == d.license_id)
                && filter.customer_id.is_none_or(|id| owner == Some(id))
                && holds(d.names.user.as_deref(), filter.user.as_ref())
                && filter.request.as_ref().is_none_or(|request| d.requests.contains(request))
                && filter.since.is_none_or(|since| since <= d.first_at)
                && filter.until.is_none_or(|until| d.first_at < until)
        });
        listed(found.cloned(), page, |row| row.id.0)
    }

    fn tokens(&self, page: Page) -> Read<Listed<Token>> {
        listed(self.books().tokens.values().cloned(), page, |row| row.id.0)
    }

    fn lanes(&self) -> Read<Vec<LanePosition>> {
        Ok(vec![LanePosition { lane: 0, number: self.books().events.len() as u64 }])
    }

    /// The model has one lane, numbered like the others from 1.
    fn events(&self, scope: Scope, after: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        let books = self.books();
        let seen = after.first().map_or(0, |position| position.number);
        let own = books.lane().filter(|row| row.lane_number > seen && books.shows(scope, &row.event));
        Ok(own.take(limit as usize).collect())
    }

    fn named_rows(&self, customer: CustomerId, user: &str, limit: u32) -> Read<NamedRows> {
        let books = self.books();
        let own = |license: &LicenseId| books.owns(Scope::Customer(customer), *license);
        let over = books.sessions.values().filter(|s| own(&s.license_id) && !s.live() && s.names.is_user(user));
        let denied = books.denials.values().filter(|d| own(&d.license_id) && d.names.is_user(user));
        Ok(NamedRows {
            sessions: over.map(|s| s.id).take(limit as usize).collect(),
            denials: denied.map(|d| d.id).take(limit as usize).collect(),
        })
    }

    fn licenses_due(&self, now: Timestamp, limit: u32) -> Read<Vec<LicenseId>> {
        let books = self.books();
        let due = books.licenses.keys().filter(|id| books.live(**id).any(|s| s.reclaim_hint <= now));
        Ok(due.take(limit as usize).copied().collect())
    }

    fn unfinished_endings(&self, limit: u32) -> Read<Vec<Ending>> {
        let books = self.books();
        let revoked = books.licenses.values().filter(|l| l.revoked() && books.live(l.id).next().is_some());
        let blocked = books.blocks.values().filter(|b| {
            books.live(b.license_id).any(|s| match &b.who {
                Blocked::User(user) => s.names.is_user(user),
                Blocked::Device(device) => books.copy_on(s, *device),
            })
        });
        let over = books.activations.values().filter(|a| !a.active());
        let ended = over.filter(|a| books.sessions.values().any(|s| books.copy_on(s, a.id)));
        let endings = revoked.map(|l| Ending::License(l.id));
        let endings = endings.chain(blocked.map(|b| Ending::Blocked(b.license_id, b.who.clone())));
        Ok(endings.chain(ended.map(|a| Ending::Activation(a.id))).take(limit as usize).collect())
    }
}
