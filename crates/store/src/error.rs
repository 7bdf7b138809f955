//! What can go wrong beneath a decision.

/// A store's failure. Never an answer to what was asked: those are `domain::refusal`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It may succeed if done again as it was: a conflict between writers.
    #[error("the batch met another writer: {0}")]
    Conflict(String),
    /// The database is away, and nothing was done: no connection, or it was lost before the commit was sent.
    #[error("the database cannot be reached: {0}")]
    Lost(String),
    /// The connection was lost after the commit was sent: whether it stands has to be [asked](crate::Writer::committed).
    #[error("the database was lost while it committed, and it is not known whether the change stands: {0}")]
    Unknown(String),
    /// The database refused a row: a constraint that a decision should have respected.
    #[error("the database refused a change: {0}")]
    Constraint(String),
    /// The disk is full or read-only, a write or its fsync failed, the file is damaged.
    #[error("the database cannot be written or read: {0}")]
    Unavailable(String),
    /// More is waiting than can be answered soon.
    #[error("too much is waiting")]
    Overloaded,
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// This engine leaves it to others; a sentence that says to whom.
    #[error("{0}")]
    Unsupported(String),
    /// A bug: a decision panicked or an answer was of another kind.
    #[error("internal fault: {0}")]
    Fault(String),
}
