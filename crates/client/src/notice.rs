//! What went wrong beside the licence: for a log, never for a decision.

use std::io;

/// Something support may want to know. `Display` is a sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Notice {
    /// The remembered state was changed, damaged or copied from another device, and is not used.
    #[error("the remembered licence state was changed, damaged or copied from another device; starting afresh")]
    StateRejected,
    /// The state cannot be read or written: the seat is held, but a later start will not know of it.
    #[error("the licence state cannot be kept on disk: {0}")]
    StateUnusable(#[source] io::Error),
    /// Other copies of the program did not let go of the state in time.
    #[error("the licence state is in use by another copy of the program for too long")]
    StateBusy,
    /// Nobody answered for the vendor's server, or not properly. Offline work goes on.
    #[error("no contact with the licence server: {0}")]
    NoContact(String),
}
