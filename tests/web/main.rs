//! The pages as people meet them: a real server, a real browser, real programs that come and go. Each journey with and without
//! script, on a phone and on a screen. Pictures of every page met stay under `target/web`, to be looked at.

mod console;
mod free;
mod hostile;
mod imports;
mod looked;
mod pages;
mod people;
mod release;
mod town;
mod trial;
mod visitor;
