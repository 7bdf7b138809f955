//! What several commands check of what they are told.

use crate::refusal::Refusal;

/// Notes a text that is empty or longer than `most` characters.
pub(super) fn text(wrong: &mut Vec<(String, String)>, field: &str, text: &str, most: usize) {
    if text.trim().is_empty() || text.chars().count() > most {
        wrong.push((field.to_owned(), format!("must have 1 to {most} characters")));
    }
}

/// Whether a row is the one its caller read.
pub(super) fn matches(if_match: Option<u64>, revision: u64) -> Result<(), Refusal> {
    match if_match {
        Some(read) if read != revision => Err(Refusal::PreconditionFailed),
        _ => Ok(()),
    }
}
