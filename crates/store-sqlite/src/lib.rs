//! The embedded store: one SQLite file in a data directory, one writer, many readers beside it.
//!
//! It loads facts and writes changes, and takes no decision. It knows nothing of HTTP, of requests or of who
//! may ask for what; scope is a condition in every query that takes one.

mod books;
mod checkpoint;
mod connect;
mod damage;
mod error;
mod load;
mod lock;
mod migrate;
mod pack;
mod reader;
mod row;
mod rows;
mod schema;
mod upkeep;
mod writer;

pub use books::Books;
pub use error::OpenError;
pub use lock::Lock;
pub use migrate::SqliteMigration;
pub use reader::SqliteReader;
pub use upkeep::{RestoreError, SqliteUpkeep, restore};
pub use writer::SqliteWriter;
