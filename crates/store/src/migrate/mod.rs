//! Moving all books from one engine to another: every row is copied, and at the end every row is compared. It knows rows of the
//! domain, and no engine.

mod copy;
mod record;

use jiff::Timestamp;
use seatkeeper_domain::event::ChainHead;
use uuid::Uuid;

pub use copy::copy;
pub use record::{Kind, Record};

use crate::error::StoreError;
use crate::read::{EventRow, LanePosition};

/// Stands where a schema says which versions can serve it, while the books are half copied: none can, old ones neither.
pub const HALF_COPIED: u32 = u32::MAX;

/// What books say of themselves, beside their rows. Every commit leaves another: the lanes or the instant are further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The installation's id.
    pub installation_id: Uuid,
    /// The restore epoch.
    pub epoch: u32,
    /// The head of the server's own chain.
    pub server_chain: ChainHead,
    /// How far each lane is, in the lanes' order.
    pub lanes: Vec<LanePosition>,
    /// The last instant that they know.
    pub last_instant: Timestamp,
}

impl Identity {
    /// The same books once copied: a copy has one lane, the first.
    pub fn copied(self) -> Self {
        let number = self.events();
        Self { lanes: vec![LanePosition { lane: 1, number }], ..self }
    }

    /// Events on all lanes.
    pub fn events(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.number).sum()
    }
}

/// What a target was found to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No books.
    Nothing,
    /// A copy that is not finished, and what it is of.
    Copy(Identity),
    /// Books that can be served.
    Books(Identity),
}

/// Books that stand still while they are read: nobody serves them meanwhile.
pub trait Source {
    /// What they say of themselves.
    fn identity(&mut self) -> Result<Identity, StoreError>;

    /// Rows of a kind.
    fn count(&mut self, kind: Kind) -> Result<u64, StoreError>;

    /// Rows of a kind after one of them, in the order of their keys (ids and texts by their bytes), so many at most.
    fn rows(&mut self, kind: Kind, after: Option<&Record>, limit: u32) -> Result<Vec<Record>, StoreError>;

    /// Events of a lane after a place on it, so many at most.
    fn events(&mut self, after: LanePosition, limit: u32) -> Result<Vec<EventRow>, StoreError>;
}

/// Books that are being made. Each call that writes does so whole or not at all.
pub trait Target: Source {
    /// What there is.
    fn found(&mut self) -> Result<Found, StoreError>;

    /// Begins a copy where there is nothing: from now on nobody can serve these books.
    fn begin(&mut self, identity: &Identity) -> Result<(), StoreError>;

    /// Adds rows of one kind.
    fn write(&mut self, rows: &[Record]) -> Result<(), StoreError>;

    /// Adds events on the first lane, from `number` on.
    fn write_events(&mut self, number: u64, events: &[EventRow]) -> Result<(), StoreError>;

    /// The copy is whole: these are books now.
    fn finish(&mut self) -> Result<(), StoreError>;
}

/// Why books were not moved. The source is as it was; a target that was begun can be gone on with, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// Books are there, and would be lost.
    #[error("there are books already where these are to go: name an empty database or directory")]
    NotEmpty,
    /// A copy that was begun there is of something else.
    #[error("half a copy is there already, of other books or of these before they went on: empty it and begin again")]
    OtherCopy,
    /// The comparison at the end found a difference, or a copy that is gone on with was changed.
    #[error("the copy is not what it was copied from ({0}): empty it and begin again")]
    Differs(String),
    /// The books that are copied cannot be read.
    #[error("the books cannot be read")]
    Source(#[source] StoreError),
    /// The copy cannot be written or read.
    #[error("the copy cannot be written")]
    Target(#[source] StoreError),
}
