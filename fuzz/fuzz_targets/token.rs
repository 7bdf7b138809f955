#![no_main]
//! `cargo +nightly fuzz run token`: feeds `seatkeeper_tests::token`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatkeeper_tests::token(data));
