//! The engine on a real database.

mod conformance;
mod migrate;
mod played;
mod reading;
mod servers;
mod upkeep;
mod wire;
