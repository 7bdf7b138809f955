#![no_main]
//! `cargo +nightly fuzz run answer`: feeds `seatkeeper_tests::answer`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatkeeper_tests::answer(data));
