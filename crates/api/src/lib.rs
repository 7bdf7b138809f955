//! Seatkeeper: api.
