//! A vendor, a customer and their machines, for tests against a real server: what people and programs do, said over the
//! wire alone. Knows nothing of the server's insides.
//!
//! Everything here panics with a sentence in place of returning an error: it is for tests.

mod cable;
mod dice;
mod intervals;
mod machine;
mod planner;
mod world;

pub use cable::{Cable, KeptBack};
pub use dice::Dice;
pub use intervals::Intervals;
pub use machine::{Machine, Program, Seat};
pub use planner::{Desk, Planner, Stand};
pub use world::{License, World};
