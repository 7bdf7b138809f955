//! The shared store: PostgreSQL, and what speaks its protocol, under any number of servers.
//!
//! It loads facts and writes changes, and takes no decision. It knows nothing of HTTP, of requests or of who may ask for
//! what, and keeps no list of other servers: what they have in common stands in the database.

mod address;
mod commit;
mod database;
mod error;
mod lane;
mod link;
mod load;
mod migrate;
mod pool;
mod reader;
mod row;
mod rows;
mod schema;
mod upkeep;
mod writer;

pub use database::Database;
pub use error::OpenError;
pub use migrate::PostgresMigration;
pub use reader::PostgresReader;
pub use upkeep::PostgresUpkeep;
pub use writer::PostgresWriter;
