//! The SDK that a program embeds to hold a seat of its licence. It tells the program how things stand, and never stands
//! between a person and their work: it closes nothing, blocks nothing and waits for nobody on the program's thread.
//!
//! ```no_run
//! use std::time::Duration;
//! use seatkeeper_client::{Config, Seat};
//!
//! # fn main() -> Result<(), seatkeeper_client::OpenError> {
//! let seat = Seat::open(
//!     Config::new("powerplan", "16.0.2")
//!         .server("https://licences.example.com")
//!         .root_key("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
//!         .on_change(|state| println!("licence: {}", state.name())),
//! )?;
//! seat.wait(Duration::from_secs(5));
//! if seat.has_feature("bim") { /* show the module */ }
//! # Ok(())
//! # }
//! ```
//!
//! Inside, `logic` decides everything and is pure: it is told the time and what came back, and says what to do next. `worker`
//! does it, with `http` for the servers, `store` and `copies` for the disk, `keys` for where keys come from; `trust` says whom
//! to believe, `device` by what a device is known again. What only an operating system can tell stands in `platform`.

mod config;
mod copies;
mod device;
mod http;
mod keys;
mod logic;
mod memory;
mod notice;
mod platform;
/// Codes of the refusals that the SDK makes itself, where no server said anything.
pub mod problems;
mod seat;
mod state;
mod store;
mod trust;
mod worker;

pub use config::Config;
pub use notice::Notice;
pub use seat::{OpenError, Seat};
pub use seatkeeper_protocol::client::Device;
pub use seatkeeper_protocol::{Code, EndReason, HolderShown, KeyError, Problem, ProductKey};
pub use state::{Details, State};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
