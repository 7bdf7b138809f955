//! Parts that several pages show. Each is markup of its own, made of what it is given.

mod peaks;
mod seated;
mod square;
mod strip;
mod who;

pub(crate) use peaks::{PeakDay, Peaks};
pub(crate) use seated::{Seated, ended_by};
pub(crate) use square::Square;
pub(crate) use strip::Strip;
pub(crate) use who::{Who, device_page, user_page};
