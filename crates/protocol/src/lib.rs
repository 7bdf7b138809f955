//! Seatkeeper: protocol.
