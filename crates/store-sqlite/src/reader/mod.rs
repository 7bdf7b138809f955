//! Reading beside the writer: each call sees the books as they are at one instant.

mod asks;
mod catalogue;
mod events;
mod jobs;
mod license;
mod licenses;
mod people;
mod pool;
mod record;
mod refusals;
mod scoped;
mod seats;
mod session;
mod timeline;
mod usage;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::id::{ActivationId, CustomerId, InstallationId, LicenseId, ProductId, SessionId, TokenId};
use seatkeeper_domain::needs::Ending;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use seatkeeper_store::read::{
    DenialFilter, EventRow, FoundKey, KeyRow, LanePosition, LicenseFilter, LicenseRow, Listed, NamedRows, Page, Scope,
    SessionFilter, SessionRow,
};
use seatkeeper_store::{Reader, StoreError};

use crate::lock::Lock;
pub(crate) use pool::Pool;

/// Reads the books. Cheap to clone.
#[derive(Clone)]
pub struct SqliteReader {
    pool: Arc<Pool>,
    /// The licence that the last round of jobs ended at.
    round: Arc<AtomicI64>,
    _lock: Arc<Lock>,
}

impl SqliteReader {
    pub(crate) fn new(pool: Arc<Pool>, lock: Arc<Lock>) -> Self {
        Self { pool, round: Arc::default(), _lock: lock }
    }
}

type Read<T> = Result<T, StoreError>;

impl Reader for SqliteReader {
    fn ping(&self) -> Read<()> {
        self.pool.sound()?;
        self.pool.read(|conn| conn.query_row("SELECT one FROM meta", (), |_| Ok(())))
    }

    fn find_key(&self, hash: &[u8; 32]) -> Read<Option<FoundKey>> {
        self.pool.read(|conn| license::find_key(conn, hash))
    }

    fn token(&self, id: TokenId) -> Read<Option<Token>> {
        self.pool.read(|conn| catalogue::token(conn, id))
    }

    fn signing_keys(&self) -> Read<Vec<SigningKey>> {
        self.pool.read(catalogue::signing_keys)
    }

    fn activation_terms(&self, id: ActivationId) -> Read<Option<(Activation, LicenseRow)>> {
        self.pool.read(|conn| license::activation_terms(conn, id))
    }

    fn generation(&self, id: ActivationId, installation: InstallationId) -> Read<Option<u32>> {
        self.pool.read(|conn| license::generation(conn, id, installation))
    }

    fn next_back_by(&self, license: LicenseId) -> Read<Option<Timestamp>> {
        let soonest = self.pool.read(|conn| session::soonest_back(conn, license, 1))?;
        Ok(soonest.first().and_then(|row| row.back_by))
    }

    fn holders(&self, license: LicenseId) -> Read<Vec<SessionRow>> {
        self.pool.read(|conn| session::soonest_back(conn, license, 20))
    }

    fn first_device(&self, license: LicenseId) -> Read<Option<Activation>> {
        self.pool.read(|conn| license::first_device(conn, license))
    }

    fn product(&self, id: ProductId) -> Read<Option<Product>> {
        self.pool.read(|conn| catalogue::product(conn, id))
    }

    fn products(&self, page: Page) -> Read<Listed<Product>> {
        self.pool.read(|conn| catalogue::products(conn, page))
    }

    fn customer(&self, scope: Scope, id: CustomerId) -> Read<Option<Customer>> {
        self.pool.read(|conn| catalogue::customer(conn, scope, id))
    }

    fn customers(&self, scope: Scope, external_id: Option<&str>, page: Page) -> Read<Listed<Customer>> {
        self.pool.read(|conn| catalogue::customers(conn, scope, external_id, page))
    }

    fn license(&self, scope: Scope, id: LicenseId) -> Read<Option<LicenseRow>> {
        self.pool.read(|conn| license::license(conn, scope, id))
    }

    fn licenses(&self, scope: Scope, filter: &LicenseFilter, page: Page) -> Read<Listed<LicenseRow>> {
        self.pool.read(|conn| license::licenses(conn, scope, filter, page))
    }

    fn keys(&self, scope: Scope, license: LicenseId) -> Read<Vec<KeyRow>> {
        self.pool.read(|conn| license::keys(conn, scope, license))
    }

    fn blocks(&self, scope: Scope, license: LicenseId, page: Page) -> Read<Listed<Block>> {
        self.pool.read(|conn| license::blocks(conn, scope, license, page))
    }

    fn session(&self, scope: Scope, id: SessionId) -> Read<Option<SessionRow>> {
        self.pool.read(|conn| session::session(conn, scope, id))
    }

    fn sessions(&self, scope: Scope, filter: &SessionFilter, now: Timestamp, page: Page) -> Read<Listed<SessionRow>> {
        self.pool.read(|conn| session::sessions(conn, scope, filter, now, page))
    }

    fn activation(&self, scope: Scope, id: ActivationId) -> Read<Option<Activation>> {
        self.pool.read(|conn| license::activation(conn, scope, id))
    }

    fn activations(&self, scope: Scope, license: Option<LicenseId>, page: Page) -> Read<Listed<Activation>> {
        self.pool.read(|conn| license::activations(conn, scope, license, page))
    }

    fn denials(&self, scope: Scope, filter: &DenialFilter, page: Page) -> Read<Listed<Denial>> {
        self.pool.read(|conn| events::denials(conn, scope, filter, page))
    }

    fn tokens(&self, page: Page) -> Read<Listed<Token>> {
        self.pool.read(|conn| catalogue::tokens(conn, page))
    }

    fn lanes(&self) -> Read<Vec<LanePosition>> {
        self.pool.read(events::lanes)
    }

    fn events(&self, scope: Scope, after: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        self.pool.read(|conn| events::events(conn, scope, after, limit))
    }

    fn named_rows(&self, customer: CustomerId, user: &str, limit: u32) -> Read<NamedRows> {
        self.pool.read(|conn| jobs::named_rows(conn, customer, user, limit))
    }

    fn licenses_due(&self, now: Timestamp, limit: u32) -> Read<Vec<LicenseId>> {
        self.pool.read(|conn| jobs::licenses_due(conn, &self.round, now, limit))
    }

    fn unfinished_endings(&self, limit: u32) -> Read<Vec<Ending>> {
        self.pool.read(|conn| jobs::unfinished_endings(conn, limit))
    }
}
