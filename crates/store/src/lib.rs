//! Where the books are kept, as the rest of the server sees it: traits, the batch driver, the clock.
//!
//! A store loads facts and writes changes; it takes no decision. The driver, of which there is one for all
//! engines, runs batches through `domain::decide`. This crate knows no engine and nothing of HTTP.

pub mod check;
pub mod clock;
pub mod code;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod driver;
pub mod error;
pub mod merge;
pub mod migrate;
mod queue;
pub mod read;
pub mod write;

pub use clock::{Clock, SteadyClock};
pub use driver::{Driver, Submit};
pub use error::StoreError;
pub use read::Reader;
pub use write::{Upkeep, Writer};
