//! How things are said to people: times, numbers, states. Knows no page.

mod amount;
mod day;
mod license;
mod role;
mod rules;
mod standing;
mod when;

pub(crate) use amount::many;
pub(crate) use license::{TermSaid, Usable, beyond};
pub(crate) use role::role;
pub(crate) use rules::{Rule, counted, held, rules};
pub(crate) use standing::Standing;
pub(crate) use when::{Face, When, length};
