//! Bounds on what people and strangers' machines write, gathered by field so that all mistakes are told at once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use seatkeeper_domain::version::Version;
use seatkeeper_protocol::FieldError;
use serde_json::{Map, Value};

use crate::problem::Refused;

/// Names of people and devices, in characters.
pub(crate) const NAME: RangeInclusive<usize> = 1..=256;
/// Reasons, and other sentences.
pub(crate) const SENTENCE: RangeInclusive<usize> = 1..=500;
/// Codes, ids of other systems, serial numbers.
pub(crate) const WORD: RangeInclusive<usize> = 1..=200;

/// The vendor's own notes on one thing, in bytes of JSON.
const MOST_METADATA: usize = 16 * 1024;

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Checked {
    place: String,
    wrong: Vec<FieldError>,
}

impl Checked {
    /// From here on fields stand in this object: `customers[3].`.
    pub(crate) fn within(&mut self, place: String) {
        self.place = place;
    }

    /// Notes what is wrong with a field.
    pub(crate) fn note(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldError { field: format!("{}{field}", self.place), message: message.into() });
    }

    /// A text of so many characters, none of which steers a terminal or breaks a line.
    pub(crate) fn text(&mut self, field: &str, text: String, length: RangeInclusive<usize>) -> String {
        let (least, most) = (*length.start(), *length.end());
        if text.chars().count() > most || (least > 0 && text.trim().is_empty()) {
            self.note(field, format!("must have {least} to {most} characters"));
        } else if text.chars().any(char::is_control) {
            self.note(field, "must not hold control characters");
        }
        text
    }

    /// A text that may be absent.
    pub(crate) fn optional(
        &mut self,
        field: &str,
        text: Option<String>,
        length: RangeInclusive<usize>,
    ) -> Option<String> {
        text.map(|text| self.text(field, text, length))
    }

    /// A list of at most so many.
    pub(crate) fn list<T>(&mut self, field: &str, list: Vec<T>, most: usize) -> Vec<T> {
        if list.len() > most {
            self.note(field, format!("must be at most {most}"));
        }
        list
    }

    /// Seconds, as many as the books can count.
    pub(crate) fn seconds(&mut self, field: &str, seconds: u64) -> u32 {
        u32::try_from(seconds).unwrap_or_else(|_| {
            self.note(field, format!("must be at most {}", u32::MAX));
            u32::MAX
        })
    }

    /// The vendor's own notes.
    pub(crate) fn metadata(&mut self, metadata: BTreeMap<String, Value>) -> Map<String, Value> {
        let metadata: Map<String, Value> = metadata.into_iter().collect();
        if serde_json::to_string(&metadata).map_or(usize::MAX, |json| json.len()) > MOST_METADATA {
            self.note("metadata", "must be at most 16 KiB");
        }
        metadata
    }

    /// Goes on where nothing was wrong.
    pub(crate) fn done(self) -> Result<(), Refused> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Refused::fields(&self.wrong)) }
    }
}

/// A program's version.
pub(crate) fn version(field: &str, text: &str) -> Result<Version, Refused> {
    let version = Version::parse(text).ok().filter(|_| !text.chars().any(char::is_control));
    version
        .ok_or_else(|| Refused::field(field, "must start with numbers such as 16.0.2 and have at most 64 characters"))
}

/// Checks one text, where there is but one.
pub(crate) fn one(field: &str, text: String, length: RangeInclusive<usize>) -> Result<String, Refused> {
    let mut checked = Checked::default();
    let text = checked.text(field, text, length);
    checked.done()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let mut checked = Checked::default();
        checked.text("user", "\u{1b}[2Jroot".to_owned(), NAME);
        checked.text("reason", "  ".to_owned(), SENTENCE);
        checked.within("device.".to_owned());
        checked.text("name", "x".repeat(257), NAME);
        checked.text("os", String::new(), 0..=256);
        let problem = checked.done().unwrap_err().into_problem();
        let errors: Vec<FieldError> = serde_json::from_value(problem.facts["errors"].clone()).unwrap();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["user", "reason", "device.name"]);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(one("user", "日".repeat(256), NAME).is_ok());
        assert!(one("user", "日".repeat(257), NAME).is_err());
    }
}
