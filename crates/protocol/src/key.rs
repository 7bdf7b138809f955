//! The product key as people type it: 120 bits in five groups of five, the last character a check. Knows nothing of which keys exist.
//!
//! Crockford base-32 leaves out I, L, O and U; what looks like them is forgiven. The check character makes
//! Σ αⁱ·cᵢ = 0 over GF(32) with α primitive: 25 different weights, none zero, so that any one wrong character and any two
//! exchanged ones are caught before a request is made.

use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS: usize = 25;
const GROUP: usize = 5;
const BYTES: usize = 15;

/// A product key: 120 secret bits.
///
/// `Display` shows the secret; `Debug` does not, so that logs stay clean.
#[derive(Clone, PartialEq, Eq)]
pub struct ProductKey([u8; BYTES]);

/// Why a typed product key cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// A group, counted from 1, has not five characters.
    GroupLength {
        /// Which group, from 1.
        group: usize,
        /// How many characters it has.
        found: usize,
    },
    /// There are not 25 characters in all.
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that no product key has.
    Character {
        /// The character as typed.
        found: char,
        /// The group it stands in, from 1.
        group: usize,
    },
    /// The check character does not fit: something is mistyped.
    Check,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::GroupLength { group, found } => {
                write!(f, "group {group} of the product key has {found} characters; each group has five")
            }
            KeyError::Length { found } => {
                write!(f, "the product key has {found} characters; it should have 25, in five groups of five")
            }
            KeyError::Character { found, group } => {
                write!(f, "the character {found:?} in group {group} cannot stand in a product key")
            }
            KeyError::Check => f.write_str("a character of the product key is mistyped; please compare it once more"),
        }
    }
}

impl std::error::Error for KeyError {}

impl ProductKey {
    /// The key made of these bits, which must be random.
    pub fn from_bits(bits: [u8; BYTES]) -> Self {
        ProductKey(bits)
    }

    /// The secret bits.
    pub fn bits(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// Reads a key as typed: case, spaces, hyphens and O for 0, I or L for 1 are forgiven.
    ///
    /// # Errors
    /// Says which group or character is wrong, or that the check character does not fit.
    pub fn parse(typed: &str) -> Result<Self, KeyError> {
        let mut values = Vec::with_capacity(CHARS);
        for c in typed.chars().filter(|c| !is_separator(*c)) {
            match value(c) {
                Some(value) => values.push(value),
                None => {
                    return Err(KeyError::Character { found: c, group: (values.len() / GROUP + 1).min(5) });
                }
            }
        }
        if values.len() != CHARS {
            return Err(length_error(typed, values.len()));
        }
        let (data, check) = values.split_at(CHARS - 1);
        if check_value(data) != check[0] {
            return Err(KeyError::Check);
        }
        let mut bits = [0u8; BYTES];
        // Eight characters are forty bits are five bytes.
        for (bytes, chars) in bits.chunks_exact_mut(5).zip(data.chunks_exact(8)) {
            let word = chars.iter().fold(0u64, |word, c| word << 5 | u64::from(*c));
            bytes.copy_from_slice(&word.to_be_bytes()[3..]);
        }
        Ok(ProductKey(bits))
    }
}

impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = Vec::with_capacity(CHARS);
        for bytes in self.0.chunks_exact(5) {
            let word = bytes.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
            values.extend((0..8).rev().map(|i| (word >> (5 * i) & 31) as u8));
        }
        values.push(check_value(&values));
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 && i % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", ALPHABET[usize::from(value)] as char)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProductKey(…)")
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn value(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    ALPHABET.iter().position(|a| char::from(*a) == c).map(|i| i as u8)
}

/// Names the first short or long group where the key was typed in five, else the whole length.
fn length_error(typed: &str, found: usize) -> KeyError {
    let lengths = typed.split(is_separator).map(|group| group.chars().count()).filter(|length| *length > 0);
    let lengths: Vec<usize> = lengths.collect();
    match lengths.iter().position(|length| *length != GROUP) {
        Some(i) if lengths.len() == GROUP => KeyError::GroupLength { group: i + 1, found: lengths[i] },
        _ => KeyError::Length { found },
    }
}

/// The check character's value for 24 data values, by Horner's rule: the last one weighs α, the first α²⁴, the check itself 1.
fn check_value(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum, value| times_alpha(sum ^ value))
}

/// Multiplication by α in GF(32) = GF(2)[α]/(α⁵ + α² + 1), whose α has order 31.
fn times_alpha(x: u8) -> u8 {
    let shifted = x << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(key: &str) -> Vec<char> {
        key.chars().filter(|c| *c != '-').collect()
    }

    proptest! {
        #[test]
        fn reads_back_what_it_shows(bits: [u8; 15]) {
            let key = ProductKey::from_bits(bits);
            let shown = key.to_string();
            prop_assert_eq!(shown.len(), 29);
            prop_assert_eq!(ProductKey::parse(&shown), Ok(key));
        }

        #[test]
        fn never_panics(typed: String) {
            let _ = ProductKey::parse(&typed);
        }
    }

    /// The code is linear: an error is caught in one key if and only if it is caught in all, so that one key tried with every
    /// error is a proof.
    #[test]
    fn every_single_error_is_caught() {
        let key = values(&ProductKey::from_bits(*b"fifteen bytes!!").to_string());
        for at in 0..CHARS {
            for wrong in ALPHABET.iter().map(|c| char::from(*c)).filter(|c| *c != key[at]) {
                let mut typed = key.clone();
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(ProductKey::parse(&typed), Err(KeyError::Check), "{wrong} at {at}");
            }
        }
    }

    /// Exchanging values a and b at i and j changes the sum by (αⁱ + αʲ)(a + b): every pair of places with every pair of values.
    #[test]
    fn every_transposition_is_caught() {
        for i in 0..CHARS - 1 {
            for j in i + 1..CHARS - 1 {
                for (a, b) in (0..32u8).flat_map(|a| (0..32u8).map(move |b| (a, b))).filter(|(a, b)| a != b) {
                    let mut data = [0u8; CHARS - 1];
                    (data[i], data[j]) = (a, b);
                    let before = check_value(&data);
                    data.swap(i, j);
                    assert_ne!(check_value(&data), before, "{a} {b} at {i} {j}");
                }
            }
        }
        // The same with the check character itself as one of the two.
        for i in 0..CHARS - 1 {
            for a in 1..32u8 {
                let mut data = [0u8; CHARS - 1];
                data[i] = a;
                let check = check_value(&data);
                data[i] = check;
                assert!(check == a || check_value(&data) != a, "{a} at {i}");
            }
        }
    }

    #[test]
    fn forgives_how_people_type() {
        let key = ProductKey::from_bits([
            0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7,
        ]);
        let shown = key.to_string();
        assert!(shown.starts_with("01234"), "{shown}");
        for typed in [
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', " \u{2013} "),
            format!("  {shown}\r\n"),
            shown.replace('0', "o").replace('1', "l"),
            shown.replace('0', "O").replace('1', "I"),
        ] {
            assert_eq!(ProductKey::parse(&typed), Ok(key.clone()), "{typed}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let shown = ProductKey::from_bits([7; 15]).to_string();
        let groups: Vec<&str> = shown.split('-').collect();
        let short = [groups[0], groups[1], &groups[2][1..], groups[3], groups[4]].join("-");
        assert_eq!(ProductKey::parse(&short), Err(KeyError::GroupLength { group: 3, found: 4 }));
        assert_eq!(ProductKey::parse(&shown[..20]), Err(KeyError::Length { found: 17 }));
        assert_eq!(ProductKey::parse(""), Err(KeyError::Length { found: 0 }));
        let odd = [groups[0], &format!("{}!", &groups[1][1..])].join("-");
        assert_eq!(ProductKey::parse(&odd), Err(KeyError::Character { found: '!', group: 2 }));
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", ProductKey::from_bits([1; 15])), "ProductKey(…)");
    }
}
