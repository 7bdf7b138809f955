//! How each kind of row is read and written: its SELECT, its reader, its upsert. Nothing of which rows.
//!
//! A SELECT is a macro to which conditions are added, so that every statement is one text at compile time.

pub(crate) mod account;
pub(crate) mod activation;
pub(crate) mod ask;
pub(crate) mod block;
pub(crate) mod catalogue;
pub(crate) mod denial;
pub(crate) mod event;
pub(crate) mod key;
pub(crate) mod license;
pub(crate) mod session;
pub(crate) mod token;
