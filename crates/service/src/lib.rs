//! Seatkeeper: service.
