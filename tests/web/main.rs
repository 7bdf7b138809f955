//! The pages as people meet them: a real server, a real browser, real programs that come and go. Each journey with and without
//! script, on a phone and on a screen. Pictures of every page met stay under `target/web`, to be looked at.

mod console;
mod doors;
mod factor;
mod free;
mod hostile;
mod imports;
mod keys;
mod leaver;
mod looked;
mod mail;
mod pages;
mod people;
mod release;
mod reports;
mod requests;
mod tokens;
mod town;
mod trial;
mod viewing;
mod visitor;
