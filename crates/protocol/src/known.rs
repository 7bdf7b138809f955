//! Keeps words of a newer server readable by an older program. Knows nothing of what the words mean.

use serde::{Deserialize, Serialize};

/// A value of `T`, or what a newer server sent in its place.
///
/// Servers write `Known::Word` (by `into()`); only programs ever meet `Other`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Known<T> {
    /// A word this build knows.
    Word(T),
    /// A word it does not, as it came.
    Other(String),
}

impl<T> Known<T> {
    /// The word, where this build knows it.
    pub fn word(&self) -> Option<&T> {
        match self {
            Known::Word(word) => Some(word),
            Known::Other(_) => None,
        }
    }
}

impl<T> From<T> for Known<T> {
    fn from(word: T) -> Self {
        Known::Word(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;

    #[test]
    fn a_word_of_tomorrow_is_kept() {
        let known: Known<Model> = serde_json::from_str(r#""single_user""#).unwrap();
        assert_eq!(known.word(), Some(&Model::SingleUser));
        let other: Known<Model> = serde_json::from_str(r#""named_user""#).unwrap();
        assert_eq!(other.word(), None);
        assert_eq!(serde_json::to_string(&other).unwrap(), r#""named_user""#);
    }
}
