//! What travels between programs, servers and administrators: requests, answers, refusals and signed documents.
//!
//! This crate knows nothing of sockets, files, clocks, randomness or cryptography: whoever signs or verifies hands in a function.
//! Programs embed it, so the default features hold what a program needs, and no more than a few lines that only servers do;
//! `admin` adds the administrators' calls and `openapi` the schemas.
//!
//! Old and new must work together: what a *program* sends or reads ignores fields it does not know and keeps words it does not
//! know ([`Known`], [`Code::Other`], [`EndReason::Other`]); what an *administrator* sends is refused by name.

#[cfg(feature = "admin")]
pub mod admin;
pub mod claims;
pub mod client;
mod code;
pub mod jwks;
pub mod jwt;
mod key;
mod known;
pub mod paths;
mod problem;
mod secret;
mod serial;
pub mod token;
mod words;

pub use code::Code;
pub use key::{KeyError, ProductKey};
pub use known::Known;
pub use problem::{FieldError, HolderShown, Problem};
pub use secret::Secret;
pub use serial::normalize_serial_number;
pub use words::{EndReason, Hold, LicenseStatus, Model, SeatShare};
