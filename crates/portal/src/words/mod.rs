//! How things are said to people: times, numbers, states. Knows no page.

mod amount;
mod state;
mod when;

pub(crate) use amount::{many, of_seats};
pub(crate) use state::State;
pub(crate) use when::{Face, When, length};
