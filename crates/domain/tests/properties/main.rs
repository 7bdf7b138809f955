//! Random plans against the model, one theme a file: every invariant that the domain can break, looked at
//! after every command. `PROPTEST_CASES=10000` looks harder.
//!
//! Each test says which sabotage of the domain was seen to turn it red.

mod back_by;
mod capacity;
mod demand;
mod explained;
mod fences;
mod holders;
mod look;
mod people;
mod purity;
mod rare;
mod secrets;
mod tenants;
mod time;
mod trials;

/// Steps of a plan. Longer ones find no more and shrink worse.
const STEPS: usize = 40;
