//! A real Chromium for tests of the pages: what a person does there, what they see, and what axe-core finds wrong with it.
//! Knows how browsers are run, and nothing of Seatkeeper's pages.
//!
//! Everything here panics with a sentence in place of returning an error: it is for tests.

mod axe;
mod browser;
mod driver;
mod look;
mod page;
mod picture;

pub use browser::Browser;
pub use look::{Look, PHONE, SCREEN, WALL};
