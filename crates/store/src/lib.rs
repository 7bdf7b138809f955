//! Seatkeeper: store.
