//! Bends examples at random: characters changed, cut, doubled, and parts of one put into another. Knows nothing of what they mean.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What a parser is likeliest to trip over.
const AWKWARD: &[&str] = &[
    "",
    "0",
    "-1",
    "1e999",
    "18446744073709551616",
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "\"",
    "\\u0000",
    "\\ud800",
    ".",
    "=",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "ß",
    "ǅ",
    "-",
    " ",
    "9999-12-31T23:59:60Z",
    "[[[[[[[[",
];

#[derive(Clone, Debug)]
enum Bend {
    Change(Index, u8),
    Cut(Index, Index),
    Double(Index, Index),
    Insert(Index, Vec<u8>),
    Replace(Index, Index, Vec<u8>),
}

/// One of `examples`, bent a few times; unbent or quite random now and then.
pub(crate) fn from(examples: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let other = examples.clone();
    let piece = prop_oneof![
        select(AWKWARD).prop_map(|text| text.as_bytes().to_vec()),
        vec(any::<u8>(), 0..16),
        (select(other), any::<Index>(), any::<Index>()).prop_map(|(text, a, b)| {
            let (from, to) = span(text.len(), a, b);
            text.as_bytes()[from..to].to_vec()
        }),
    ];
    let place = any::<Index>;
    let bend = prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Bend::Change(at, byte)),
        (place(), place()).prop_map(|(a, b)| Bend::Cut(a, b)),
        (place(), place()).prop_map(|(a, b)| Bend::Double(a, b)),
        (place(), piece.clone()).prop_map(|(at, piece)| Bend::Insert(at, piece)),
        (place(), place(), piece).prop_map(|(a, b, piece)| Bend::Replace(a, b, piece)),
    ];
    let example = select(examples).prop_map(String::into_bytes);
    prop_oneof![
        9 => (example, vec(bend, 0..6)).prop_map(|(data, bends)| bends.into_iter().fold(data, apply)),
        1 => vec(any::<u8>(), 0..256),
    ]
}

fn apply(mut data: Vec<u8>, bend: Bend) -> Vec<u8> {
    match bend {
        Bend::Change(at, byte) => {
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        Bend::Cut(a, b) => {
            let (from, to) = span(data.len(), a, b);
            data.drain(from..to);
        }
        Bend::Double(a, b) => {
            let (from, to) = span(data.len(), a, b);
            let part = data[from..to].to_vec();
            data.splice(to..to, part);
        }
        Bend::Insert(at, piece) => {
            let at = at.index(data.len() + 1);
            data.splice(at..at, piece);
        }
        Bend::Replace(a, b, piece) => {
            let (from, to) = span(data.len(), a, b);
            data.splice(from..to, piece);
        }
    }
    data
}

/// A short stretch of `length`: bending all of it at once would leave nothing of the example.
fn span(length: usize, from: Index, size: Index) -> (usize, usize) {
    let from = from.index(length + 1);
    (from, (from + size.index(24)).min(length))
}
