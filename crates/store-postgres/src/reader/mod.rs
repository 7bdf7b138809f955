//! Reading beside the writer: each call sees the books as they are at one instant.

mod asks;
mod catalogue;
pub(crate) mod events;
mod jobs;
mod license;
mod licenses;
mod people;
mod record;
mod refusals;
mod scoped;
mod seats;
mod session;
mod timeline;
mod usage;

use std::sync::{Arc, Mutex};

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
use uuid::Uuid;

use crate::link::params;
use crate::pool::Pool;

/// Reads the books. Cheap to clone.
#[derive(Clone)]
pub struct PostgresReader {
    pool: Arc<Pool>,
    /// The licence that the last round of jobs ended at.
    round: Arc<Mutex<Uuid>>,
}

impl PostgresReader {
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        Self { pool, round: Arc::default() }
    }
}

type Read<T> = Result<T, StoreError>;

impl Reader for PostgresReader {
    fn ping(&self) -> Read<()> {
        self.pool.read(|at| at.rows("SELECT one FROM meta", params![])).map(drop)
    }

    fn find_key(&self, hash: &[u8; 32]) -> Read<Option<FoundKey>> {
        self.pool.read(|at| license::find_key(at, hash))
    }

    fn token(&self, id: TokenId) -> Read<Option<Token>> {
        self.pool.read(|at| catalogue::token(at, id))
    }

    fn signing_keys(&self) -> Read<Vec<SigningKey>> {
        self.pool.read(catalogue::signing_keys)
    }

    fn activation_terms(&self, id: ActivationId) -> Read<Option<(Activation, LicenseRow)>> {
        self.pool.read(|at| license::activation_terms(at, id))
    }

    fn generation(&self, id: ActivationId, installation: InstallationId) -> Read<Option<u32>> {
        self.pool.read(|at| license::generation(at, id, installation))
    }

    fn next_back_by(&self, license: LicenseId) -> Read<Option<Timestamp>> {
        let soonest = self.pool.read(|at| session::soonest_back(at, license, 1))?;
        Ok(soonest.first().and_then(|row| row.back_by))
    }

    fn holders(&self, license: LicenseId) -> Read<Vec<SessionRow>> {
        self.pool.read(|at| session::soonest_back(at, license, 20))
    }

    fn first_device(&self, license: LicenseId) -> Read<Option<Activation>> {
        self.pool.read(|at| license::first_device(at, license))
    }

    fn product(&self, id: ProductId) -> Read<Option<Product>> {
        self.pool.read(|at| catalogue::product(at, id))
    }

    fn products(&self, page: Page) -> Read<Listed<Product>> {
        self.pool.read(|at| catalogue::products(at, page))
    }

    fn customer(&self, scope: Scope, id: CustomerId) -> Read<Option<Customer>> {
        self.pool.read(|at| catalogue::customer(at, scope, id))
    }

    fn customers(&self, scope: Scope, external_id: Option<&str>, page: Page) -> Read<Listed<Customer>> {
        self.pool.read(|at| catalogue::customers(at, scope, external_id, page))
    }

    fn license(&self, scope: Scope, id: LicenseId) -> Read<Option<LicenseRow>> {
        self.pool.read(|at| license::license(at, scope, id))
    }

    fn licenses(&self, scope: Scope, filter: &LicenseFilter, page: Page) -> Read<Listed<LicenseRow>> {
        self.pool.read(|at| license::licenses(at, scope, filter, page))
    }

    fn keys(&self, scope: Scope, license: LicenseId) -> Read<Vec<KeyRow>> {
        self.pool.read(|at| license::keys(at, scope, license))
    }

    fn blocks(&self, scope: Scope, license: LicenseId, page: Page) -> Read<Listed<Block>> {
        self.pool.read(|at| license::blocks(at, scope, license, page))
    }

    fn session(&self, scope: Scope, id: SessionId) -> Read<Option<SessionRow>> {
        self.pool.read(|at| session::session(at, scope, id))
    }

    fn sessions(&self, scope: Scope, filter: &SessionFilter, now: Timestamp, page: Page) -> Read<Listed<SessionRow>> {
        self.pool.read(|at| session::sessions(at, scope, filter, now, page))
    }

    fn activation(&self, scope: Scope, id: ActivationId) -> Read<Option<Activation>> {
        self.pool.read(|at| license::activation(at, scope, id))
    }

    fn activations(&self, scope: Scope, license: Option<LicenseId>, page: Page) -> Read<Listed<Activation>> {
        self.pool.read(|at| license::activations(at, scope, license, page))
    }

    fn denials(&self, scope: Scope, filter: &DenialFilter, page: Page) -> Read<Listed<Denial>> {
        self.pool.read(|at| events::denials(at, scope, filter, page))
    }

    fn tokens(&self, page: Page) -> Read<Listed<Token>> {
        self.pool.read(|at| catalogue::tokens(at, page))
    }

    fn lanes(&self) -> Read<Vec<LanePosition>> {
        self.pool.read(events::lanes)
    }

    fn events(&self, scope: Scope, after: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        self.pool.read(|at| events::events(at, scope, after, limit))
    }

    fn named_rows(&self, customer: CustomerId, user: &str, limit: u32) -> Read<NamedRows> {
        self.pool.read(|at| jobs::named_rows(at, customer, user, limit))
    }

    fn licenses_due(&self, now: Timestamp, limit: u32) -> Read<Vec<LicenseId>> {
        self.pool.read(|at| jobs::licenses_due(at, &self.round, now, limit))
    }

    fn unfinished_endings(&self, limit: u32) -> Read<Vec<Ending>> {
        self.pool.read(|at| jobs::unfinished_endings(at, limit))
    }
}
