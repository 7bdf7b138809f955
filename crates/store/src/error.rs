//! What can go wrong beneath a decision.

/// A store's failure. Never an answer to what was asked: those are `domain::refusal`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It may succeed if done again as it was: a conflict between writers, a lost connection.
    #[error("the batch met another writer: {0}")]
    Conflict(String),
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
    /// A bug: a decision panicked or an answer was of another kind.
    #[error("internal fault: {0}")]
    Fault(String),
}
