//! The pages in one process, on the real embedded store and by a clock in the test's hand.

mod api;
mod browser;
mod console;
mod people;
mod record;
mod table;
mod world;
