//! How things are said to people: times, numbers, states. Knows no page.

mod amount;
mod standing;
mod when;

pub(crate) use amount::many;
pub(crate) use standing::Standing;
pub(crate) use when::{Face, When, length};
