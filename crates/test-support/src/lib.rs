//! Seatkeeper: test-support.
