//! Seatkeeper: client.
