#![no_main]
//! `cargo +nightly fuzz run request`: feeds `seatkeeper_tests::request`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatkeeper_tests::request(data));
