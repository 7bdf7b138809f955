//! Program versions, compared by their numbers: 16.10 is later than 16.9, and 9 is earlier than 16.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A program's version as it was written, with the numbers that decide.
///
/// The numbers are those at the start, separated by dots; what follows them (`-beta`, ` build 7`)
/// is kept for reading and decides nothing. Missing numbers count as zero: 16 equals 16.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    text: String,
    numbers: Vec<u64>,
}

/// The text does not start with a number, or is longer than 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a version starts with numbers separated by dots, such as 16.0.2, and has at most 64 characters")]
pub struct NotAVersion;

impl Version {
    /// Reads a version such as `16`, `16.0.2` or `16.0.2-beta`.
    pub fn parse(text: &str) -> Result<Self, NotAVersion> {
        let text = text.trim();
        if text.len() > 64 {
            return Err(NotAVersion);
        }
        let mut numbers = Vec::new();
        for part in text.split('.') {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            if digits == 0 {
                break;
            }
            numbers.push(part[..digits].parse().map_err(|_| NotAVersion)?);
            if digits < part.len() {
                break;
            }
        }
        if numbers.is_empty() {
            return Err(NotAVersion);
        }
        while numbers.last() == Some(&0) && numbers.len() > 1 {
            numbers.pop();
        }
        Ok(Self { text: text.to_owned(), numbers })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}
impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl TryFrom<String> for Version {
    type Error = NotAVersion;
    fn try_from(text: String) -> Result<Self, NotAVersion> {
        Self::parse(&text)
    }
}
impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn numbers_decide_not_text() {
        assert!(v("16.10") > v("16.9"));
        assert!(v("9.9") < v("16"));
        assert_eq!(v("16"), v("16.0.0"));
        assert!(v("16.0.1-beta") > v("16"));
        assert_eq!(v("16.0.2-beta"), v("16.0.2"));
        assert!(v("15.9.9.9") < v("16"));
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["", "beta", ".1", "-1", "99999999999999999999999"] {
            assert_eq!(Version::parse(text), Err(NotAVersion), "{text}");
        }
        assert_eq!(Version::parse(&"1".repeat(65)), Err(NotAVersion));
    }
}
