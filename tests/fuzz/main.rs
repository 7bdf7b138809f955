//! The fuzz targets on stable Rust: a bounded number of examples bent at random. `cargo fuzz` goes on for as long as one likes.

mod bent;
mod examples;

use proptest::test_runner::{Config, TestError, TestRunner};

/// Calls `target` with many variants of `examples`, and prints the smallest that breaks it.
fn run(target: fn(&[u8]), examples: Vec<String>) {
    for example in &examples {
        target(example.as_bytes());
    }
    let cases = if seatkeeper_test_support::thorough() { 300_000 } else { 5_000 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&bent::from(examples), |data| {
        target(&data);
        Ok(())
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, data)) => {
            panic!("{reason}, by: {}", String::from_utf8_lossy(&data))
        }
        Err(abort) => panic!("{abort}"),
    }
}

#[test]
fn typed() {
    run(seatkeeper_tests::typed, examples::typed());
}

#[test]
fn tokens() {
    run(seatkeeper_tests::token, examples::tokens());
}

#[test]
fn documents() {
    run(seatkeeper_tests::document, examples::documents());
}

#[test]
fn requests() {
    run(seatkeeper_tests::request, examples::requests());
}

#[test]
fn answers() {
    run(seatkeeper_tests::answer, examples::answers());
}
