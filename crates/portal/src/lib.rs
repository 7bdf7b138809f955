//! The web pages: the Customer Account Portal and the vendor's console, which are one set of pages read within what exists
//! for whoever looks.
//!
//! A face of the use cases, as the API is another: it asks the service, shows what it answers, and decides nothing. Every
//! page and every action works without script. Knows no store and nothing of how programs talk to the server.

mod assets;
mod caller;
mod export;
mod flash;
mod form;
mod fresh;
mod keeps;
mod labels;
mod live;
mod missing;
mod named;
mod notes;
mod pages;
mod parts;
mod portal;
mod refused;
mod routes;
mod security;
mod shell;
mod shown;
mod site;
mod visitor;
mod words;

pub use missing::beside;
pub use portal::Options;
pub use routes::{Route, router, routes};
