//! The engine on a real database.

mod conformance;
mod migrate;
mod servers;
mod wire;
