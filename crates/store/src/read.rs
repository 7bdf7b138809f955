//! What is read for answers and pages, outside any decision.
//!
//! Every list and every look-up by an id that a person names takes a [`Scope`], so that a query which
//! reaches beyond a customer cannot be written.

pub mod asks;
pub mod licenses;
pub mod people;
pub mod record;
pub mod refusals;
pub mod seats;
pub mod timeline;
pub mod usage;

use jiff::Timestamp;
use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::{Denial, RequestId};
use seatkeeper_domain::event::Event;
use seatkeeper_domain::id::{ActivationId, CustomerId, DenialId, KeyId, LicenseId, ProductId, SessionId, TokenId};
use seatkeeper_domain::key::ProductKey;
use seatkeeper_domain::license::{Counters, License, Model};
use seatkeeper_domain::needs::Ending;
use seatkeeper_domain::session::Session;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use uuid::Uuid;

use crate::error::StoreError;

/// Whose records exist for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The vendor's: all.
    Vendor,
    /// One customer's own.
    Customer(CustomerId),
}

impl Scope {
    /// The one customer, where it is one.
    pub fn customer(self) -> Option<CustomerId> {
        match self {
            Scope::Vendor => None,
            Scope::Customer(id) => Some(id),
        }
    }
}

/// A part of a list: what follows `after` (an id of the same list), so many at most.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The last id of the page before.
    pub after: Option<Uuid>,
    /// At most so many; never more than 200.
    pub limit: u32,
}

/// A part of a list, and where the next begins.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The rows, in the order of their ids, which is the order in which they were made.
    pub items: Vec<T>,
    /// The last id, where there are more.
    pub next: Option<Uuid>,
}

/// What a product key was found to open.
#[derive(Clone, Debug)]
pub struct FoundKey {
    /// The key.
    pub key_id: KeyId,
    /// Its licence.
    pub license_id: LicenseId,
    /// The licence's serial number, to be compared with the one that was typed.
    pub serial_number: String,
    /// Whether a visitor began the licence as a trial.
    pub trial: bool,
}

/// A licence with what is counted of it.
#[derive(Clone, Debug)]
pub struct LicenseRow {
    /// The licence.
    pub license: License,
    /// Its counters.
    pub counters: Counters,
    /// Its product.
    pub product: Product,
}

/// A product key with what is counted of it.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key.
    pub key: ProductKey,
    /// Active devices with an installation that was admitted with it.
    pub devices: u32,
}

/// A session with what its checkouts say. Where one has several, the latest of each.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// When it was last heard of.
    pub refreshed_at: Timestamp,
    /// Until when its lease is good.
    pub lease_until: Timestamp,
    /// Until when its holder may go on with no contact.
    pub grace_until: Timestamp,
    /// By when the seat is back; never where absent.
    pub back_by: Option<Timestamp>,
}

/// An event with its place on its lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The lane.
    pub lane: u32,
    /// Its number on the lane, from 1, without gaps.
    pub lane_number: u64,
    /// The event.
    pub event: Event,
}

/// Which licences.
#[derive(Clone, Debug, Default)]
pub struct LicenseFilter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of this product.
    pub product_id: Option<ProductId>,
    /// With this serial number.
    pub serial_number: Option<String>,
    /// With this vendor's id.
    pub external_id: Option<String>,
    /// Of this model.
    pub model: Option<Model>,
    /// Only those whose customer asked for more seats and waits for an answer.
    pub requested: bool,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Its lease is good.
    Live,
    /// Its lease is over, the seat is held.
    Silent,
    /// It is over.
    Ended,
}

/// Which sessions.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// Of this licence.
    pub license_id: Option<LicenseId>,
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of users whose name holds this, whatever its case.
    pub user: Option<String>,
    /// On devices whose name holds this, whatever its case.
    pub device: Option<String>,
    /// In this state; all but ended ones where absent.
    pub state: Option<SessionState>,
    /// Of installations admitted with this key.
    pub key_id: Option<KeyId>,
}

/// Which denials.
#[derive(Clone, Debug, Default)]
pub struct DenialFilter {
    /// Of this licence.
    pub license_id: Option<LicenseId>,
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of users whose name holds this, whatever its case.
    pub user: Option<String>,
    /// With a try that was this request.
    pub request: Option<RequestId>,
    /// That began at or after this.
    pub since: Option<Timestamp>,
    /// That began before this.
    pub until: Option<Timestamp>,
}

/// Where a follower of events is on one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanePosition {
    /// The lane.
    pub lane: u32,
    /// The last number seen on it.
    pub number: u64,
}

/// Rows that hold a person's names.
#[derive(Clone, Debug, Default)]
pub struct NamedRows {
    /// Sessions that are over.
    pub sessions: Vec<SessionId>,
    /// Denials.
    pub denials: Vec<DenialId>,
}

type Read<T> = Result<T, StoreError>;

/// Reading, from any thread, beside the writer. Calls block; what was answered as committed is seen.
pub trait Reader:
    asks::AskReader
    + licenses::LicenseReader
    + people::PeopleReader
    + record::RecordReader
    + refusals::RefusalReader
    + seats::SeatReader
    + timeline::TimelineReader
    + usage::UsageReader
    + Send
    + Sync
    + 'static
{
    /// Whether the books can be read at all.
    fn ping(&self) -> Read<()>;
    /// The licence that a key opens, by the key's hash.
    fn find_key(&self, hash: &[u8; 32]) -> Read<Option<FoundKey>>;
    /// An administration token.
    fn token(&self, id: TokenId) -> Read<Option<Token>>;
    /// All signing keys.
    fn signing_keys(&self) -> Read<Vec<SigningKey>>;
    /// A device and its licence, for the device itself.
    fn activation_terms(&self, id: ActivationId) -> Read<Option<(Activation, LicenseRow)>>;
    /// Which token of an installation is good; none where the device was given up since and admitted again by another.
    fn generation(&self, id: ActivationId, installation: seatkeeper_domain::id::InstallationId) -> Read<Option<u32>>;
    /// When the next seat of a licence is due back: the earliest among the first few hundred that are due.
    fn next_back_by(&self, license: LicenseId) -> Read<Option<Timestamp>>;
    /// Holders of a licence's seats, those due back first, at most twenty.
    fn holders(&self, license: LicenseId) -> Read<Vec<SessionRow>>;
    /// The device that was admitted first of those that are.
    fn first_device(&self, license: LicenseId) -> Read<Option<Activation>>;

    /// One product.
    fn product(&self, id: ProductId) -> Read<Option<Product>>;
    /// Products.
    fn products(&self, page: Page) -> Read<Listed<Product>>;
    /// One customer.
    fn customer(&self, scope: Scope, id: CustomerId) -> Read<Option<Customer>>;
    /// Customers, all or the one with this vendor's id.
    fn customers(&self, scope: Scope, external_id: Option<&str>, page: Page) -> Read<Listed<Customer>>;
    /// One licence.
    fn license(&self, scope: Scope, id: LicenseId) -> Read<Option<LicenseRow>>;
    /// Licences.
    fn licenses(&self, scope: Scope, filter: &LicenseFilter, page: Page) -> Read<Listed<LicenseRow>>;
    /// A licence's keys.
    fn keys(&self, scope: Scope, license: LicenseId) -> Read<Vec<KeyRow>>;
    /// A licence's blocks.
    fn blocks(&self, scope: Scope, license: LicenseId, page: Page) -> Read<Listed<Block>>;
    /// One session.
    fn session(&self, scope: Scope, id: SessionId) -> Read<Option<SessionRow>>;
    /// Sessions at an instant, which tells the live from the silent.
    fn sessions(&self, scope: Scope, filter: &SessionFilter, now: Timestamp, page: Page) -> Read<Listed<SessionRow>>;
    /// One device.
    fn activation(&self, scope: Scope, id: ActivationId) -> Read<Option<Activation>>;
    /// A licence's devices, or all.
    fn activations(&self, scope: Scope, license: Option<LicenseId>, page: Page) -> Read<Listed<Activation>>;
    /// Episodes of refusals.
    fn denials(&self, scope: Scope, filter: &DenialFilter, page: Page) -> Read<Listed<Denial>>;
    /// Tokens. They exist for the vendor only.
    fn tokens(&self, page: Page) -> Read<Listed<Token>>;
    /// How far each lane is: where a follower begins who wants only what is still to come.
    fn lanes(&self) -> Read<Vec<LanePosition>>;
    /// Events after a position on each lane, a lane not named being read from its start; in the lanes' order.
    fn events(&self, scope: Scope, after: &[LanePosition], limit: u32) -> Read<Vec<EventRow>>;
    /// Rows of a customer that hold a user's names (folded), at most so many of each.
    fn named_rows(&self, customer: CustomerId, user: &str, limit: u32) -> Read<NamedRows>;

    /// Licences with a session whose hint has passed, at most so many.
    fn licenses_due(&self, now: Timestamp, limit: u32) -> Read<Vec<LicenseId>>;
    /// What was fenced and still has live sessions: revoked licences, ended devices, blocks.
    fn unfinished_endings(&self, limit: u32) -> Read<Vec<Ending>>;
}
