//! The vendor's console in one process, on the real embedded store: what each page shows, takes and refuses.

mod customers;
mod free;
mod imports;
mod issue;
mod keys;
mod licenses;
mod products;
mod requests;
mod server;
