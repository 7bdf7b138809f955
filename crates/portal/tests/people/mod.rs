//! People and how they sign in, page by page, on the real embedded store and by a clock in the test's hand.

mod account;
mod door;
mod erase;
mod house;
mod keys;
mod links;
mod live;
mod viewing;
mod visitors;
