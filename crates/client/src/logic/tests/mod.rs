//! The client's contract, each rule told as a story with invented time.

mod keys;
mod no_contact;
mod random;
mod seats;
mod server;
pub(crate) mod world;
