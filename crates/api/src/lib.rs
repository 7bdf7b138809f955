//! The server's face to programs and administrators: HTTP and JSON over the service's use cases.
//!
//! A handler parses, authenticates, converts and answers; it decides nothing and knows no store. [`router`] is what the
//! network sees; [`local_router`] is what the machine's owner sees through the local socket. [`transport`] serves them.

mod activations;
mod app;
mod client;
mod convert;
mod customers;
mod denials;
mod done;
mod envelope;
mod events;
mod extract;
mod imports;
mod licenses;
mod local;
mod openapi;
mod problem;
mod products;
mod routes;
mod server;
mod sessions;
mod signing_keys;
mod tokens;
pub mod transport;

pub use app::Options;
pub use envelope::request_id;
pub use extract::client_address;
pub use routes::{local_router, openapi_json, router};
