//! The pages by noun. Each module gives its part of the table of routes.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod asks;
pub(crate) mod customers;
pub(crate) mod denials;
pub(crate) mod door;
pub(crate) mod free;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod issue;
pub(crate) mod licenses;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod products;
pub(crate) mod reports;
pub(crate) mod requests;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod timelines;
pub(crate) mod tokens;
pub(crate) mod trial;
pub(crate) mod viewing;
