#![no_main]
//! `cargo +nightly fuzz run typed`: feeds `seatkeeper_tests::typed`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatkeeper_tests::typed(data));
