//! The engine on a real database.

mod conformance;
mod servers;
mod wire;
