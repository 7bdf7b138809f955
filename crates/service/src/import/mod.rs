//! An import: a file of customers and licences, checked by itself and against the books, then brought in whole or not at all; and
//! the product keys of what came in. Knows no page and no command line: both say the same sentences.

mod books;
mod file;
mod keys;
mod row;
mod run;

pub use books::{Plan, Sold};
pub use file::read;
pub use keys::KeyLine;
pub use row::{COLUMNS, Column, Row};
pub(crate) use run::Imports;
pub use run::{Became, Ending, Imported, MOST, Stage};

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: u64,
    /// The column, as it is called in the head; empty where it is about the whole line.
    pub column: String,
    /// What is wrong, to be read after the column's name.
    pub why: String,
}

impl Mistake {
    pub(super) fn at(line: u64, column: &str, why: impl Into<String>) -> Self {
        Self { line, column: column.to_owned(), why: why.into() }
    }
}
