//! Seatkeeper: domain.
