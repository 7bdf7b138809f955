//! Parts that several pages show. Each is markup of its own, made of what it is given.

mod peaks;
mod strip;

pub(crate) use peaks::{PeakDay, Peaks};
pub(crate) use strip::Strip;
