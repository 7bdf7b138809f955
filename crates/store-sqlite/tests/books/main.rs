//! The engine on real files.

mod conformance;
mod damage;
mod disk;
mod driver;
mod due;
mod log;
mod opening;
mod reading;
mod shop;
mod size;
mod upkeep;
