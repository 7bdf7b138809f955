//! Event texts on the disk: the ids, hashes and phrases that fill them, each as a few bytes.
//!
//! An event says `device:` and a UUID, or `{"session":"` and a UUID, a million times. Texts hold no control
//! characters of their own (JSON escapes them), so each stands for something here; one that is met all the
//! same is escaped. It knows nothing of what a text means, and gives back every text as it was.

use uuid::Uuid;

/// Stands before a byte that is meant as it is.
const ESCAPE: u8 = 0;
/// Stands before the sixteen bytes of a UUID, written with hyphens in lower case.
const UUID: u8 = 1;
/// Stands before sixteen bytes written as 32 lower-case hexadecimal digits.
const HEX: u8 = 2;
/// The first of [`PHRASES`].
const FIRST_PHRASE: u8 = 3;

/// Phrases by their byte, from [`FIRST_PHRASE`]. More may be added at the end; none is ever changed. One that
/// begins like another stands before it where it is longer.
const PHRASES: [&str; 10] = [
    "session.started",
    "session.ended",
    "{\"session\":\"",
    "\",\"who\":\"",
    "device:",
    "token:",
    "\",\"reason\":\"",
    "\",\"checkout\":\"",
    "\",\"overlap_until\":null",
    "{\"at\":\"",
];

/// The text in few bytes.
pub(crate) fn pack(text: &str) -> Vec<u8> {
    let mut packed = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        if let Some((byte, phrase)) = (FIRST_PHRASE..).zip(PHRASES).find(|(_, phrase)| rest.starts_with(phrase)) {
            packed.push(byte);
            rest = &rest[phrase.len()..];
        } else if let Some(id) = uuid_at(rest) {
            packed.push(UUID);
            packed.extend(id.as_bytes());
            rest = &rest[36..];
        } else if let Some(bytes) = hex_at(rest) {
            packed.push(HEX);
            packed.extend(bytes);
            rest = &rest[32..];
        } else {
            if first < b' ' {
                packed.push(ESCAPE);
            }
            let char_len = rest.chars().next().map_or(1, char::len_utf8);
            packed.extend(&rest.as_bytes()[..char_len]);
            rest = &rest[char_len..];
        }
    }
    packed
}

/// The text as it was; none where the bytes are not what `pack` makes.
pub(crate) fn unpack(packed: &[u8]) -> Option<String> {
    let mut text = Vec::with_capacity(packed.len() * 2);
    let mut rest = packed;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            ESCAPE => {
                let (&byte, after) = rest.split_first()?;
                text.push(byte);
                rest = after;
            }
            UUID | HEX => {
                let (bytes, after) = rest.split_first_chunk::<16>()?;
                let id = Uuid::from_bytes(*bytes);
                let mut buffer = Uuid::encode_buffer();
                text.extend(match first {
                    UUID => id.hyphenated().encode_lower(&mut buffer).as_bytes(),
                    _ => id.simple().encode_lower(&mut buffer).as_bytes(),
                });
                rest = after;
            }
            byte if byte < b' ' => text.extend(PHRASES.get(usize::from(byte - FIRST_PHRASE))?.as_bytes()),
            byte => text.push(byte),
        }
    }
    String::from_utf8(text).ok()
}

/// The UUID that the text begins with, if it is written the one way in which it is given back.
fn uuid_at(text: &str) -> Option<Uuid> {
    let text = text.get(..36).filter(|t| !t.bytes().any(|b| b.is_ascii_uppercase()))?;
    Uuid::try_parse(text).ok()
}

/// The sixteen bytes whose digits the text begins with.
fn hex_at(text: &str) -> Option<[u8; 16]> {
    let text = text.get(..32).filter(|t| t.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))?;
    Some(*Uuid::try_parse(text).ok()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_comes_back_as_it_was(text in "(\\PC|[\\x00-\\x1f]|device:|[0-9a-f]{32}|\\{\"session\":\"){0,40}") {
            prop_assert_eq!(unpack(&pack(&text)), Some(text));
        }

        #[test]
        fn what_was_never_packed_is_no_panic(bytes: Vec<u8>) {
            unpack(&bytes);
        }
    }

    #[test]
    fn a_sessions_start_is_short() {
        let body = r#"{"session":"0192f0c1-2345-7abc-8def-0123456789ab","who":"00112233445566778899aabbccddeeff"}"#;
        assert_eq!(unpack(&pack(body)).as_deref(), Some(body));
        assert_eq!(pack(body).len(), 1 + 17 + 1 + 17 + 2);
        assert_eq!(pack("device:0192f0c1-2345-7abc-8def-0123456789ab").len(), 18);
    }

    #[test]
    fn ids_written_another_way_are_left_alone() {
        for text in ["0192F0C1-2345-7ABC-8DEF-0123456789AB", "{0192f0c1-2345-7abc-8def-0123456789ab}", "\u{1}\u{2}ü"] {
            assert_eq!(unpack(&pack(text)).as_deref(), Some(text));
        }
    }
}
