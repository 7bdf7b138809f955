//! How each kind of row is read and written: its SELECT, its reader, its upsert of many. Nothing of which rows.
//!
//! A SELECT is a macro to which conditions are added, so that every statement is one text at compile time. An upsert takes
//! an array a column, so that a batch's rows of a kind are one statement.

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

/// An array for one column: a value of each row.
pub(crate) fn column<R, T>(rows: &[&R], value: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(|row| value(row)).collect()
}
