//! Parts that several pages show. Each is markup of its own, made of what it is given.

mod strip;

pub(crate) use strip::Strip;
