//! The configuration file: TOML, one level of keys. Knows lines and text, and nothing of what a key means.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key of the file, or something wrong in it.
pub(super) struct Entry {
    /// Its line, from 1.
    pub(super) line: usize,
    /// The key; empty where the line could not be read.
    pub(super) key: String,
    /// The value as text, or what is wrong.
    pub(super) value: Result<String, String>,
}

/// Reads a file: every key it has, and every mistake in its grammar.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let (table, errors) = DeTable::parse_recoverable(text);
    let wrong = errors.iter().map(|error| Entry {
        line: line(error.span().map_or(0, |span| span.start)),
        key: String::new(),
        value: Err(error.message().to_owned()),
    });
    // What stands on a line that could not be read is only a guess, so the rest waits until that is mended.
    let wrong: Vec<Entry> = wrong.collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let entry = |(key, value): (&Spanned<_>, &Spanned<_>)| Entry {
        line: line(key.span().start),
        key: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
        value: plain(value.get_ref()),
    };
    let mut entries: Vec<Entry> = table.get_ref().iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.line);
    entries
}

fn plain(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Boolean(yes) => Ok(yes.to_string()),
        DeValue::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|item| plain(item.get_ref())).collect();
            Ok(items?.join(","))
        }
        DeValue::Table(_) => Err("is a table; settings stand on one level".to_owned()),
        DeValue::Float(_) | DeValue::Datetime(_) => Err("is neither text, a whole number nor true or false".to_owned()),
    }
}
