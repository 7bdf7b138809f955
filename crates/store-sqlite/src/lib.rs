//! Seatkeeper: store-sqlite.
