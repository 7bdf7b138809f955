//! Parts that several pages show. Each is markup of its own, made of what it is given.

mod peaks;
mod square;
mod strip;

pub(crate) use peaks::{PeakDay, Peaks};
pub(crate) use square::Square;
pub(crate) use strip::Strip;
