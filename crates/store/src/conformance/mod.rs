//! What every engine must pass, and the small model that it is compared with.
//!
//! [`books::Books`] keeps rows in maps and loads exactly what needs name; [`memory`] makes an engine of it.
//! [`world`] holds programs and administrators that keep to the client's contract, with lost replies, crashes
//! and copied state; [`plan`] draws what they do. The domain's property tests play them against the model
//! alone; [`engine`] plays them against an engine beside the model. For tests only: nothing here is served.

pub mod books;
pub mod clock;
pub mod engine;
pub mod memory;
pub mod plan;
pub mod play;
pub mod world;

mod load;

pub use books::Books;
pub use clock::HandClock;
pub use memory::Memory;
pub use world::World;
