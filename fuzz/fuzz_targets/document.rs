#![no_main]
//! `cargo +nightly fuzz run document`: feeds `seatkeeper_tests::document`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatkeeper_tests::document(data));
