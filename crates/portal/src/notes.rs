//! The vendor's own notes on a customer or a licence, a line each, as people write and read them. Knows neither.

use serde_json::{Map, Value};

use crate::form::Wrong;

/// All notes on one thing, in bytes of JSON.
const MOST: usize = 16 * 1024;

/// The notes as a form shows them.
pub(crate) fn written(notes: &Map<String, Value>) -> String {
    notes.iter().map(|(key, value)| format!("{key}: {}", said(value))).collect::<Vec<_>>().join("\n")
}

/// Reads them from a form, mistakes standing beside its field `metadata`. A value that reads as before stays what it was, be
/// it a number or more.
pub(crate) fn read(text: &str, before: Option<&Map<String, Value>>, wrong: &mut Wrong) -> Map<String, Value> {
    let mut notes = Map::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((key, value)) = line.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else {
            wrong.note("metadata", format!("“{line}” has no colon: write each as name: value"));
            continue;
        };
        let same = before.and_then(|notes| notes.get(key)).filter(|was| said(was) == value).cloned();
        notes.insert(key.to_owned(), same.unwrap_or_else(|| Value::String(value.to_owned())));
    }
    if serde_json::to_string(&notes).map_or(usize::MAX, |json| json.len()) > MOST {
        wrong.note("metadata", "is too much: shorten it to 16 KiB");
    }
    notes
}

/// A note's value as people read it.
pub(crate) fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_were_left_alone_stay_what_they_were() {
        let before = serde_json::json!({ "seats_in_crm": 12, "account": "C-7", "flags": { "vip": true } });
        let mut wrong = Wrong::default();
        let text = "seats_in_crm: 12\naccount: C-8\nflags: {\"vip\":true}\nregion: a: b";
        let notes = read(text, before.as_object(), &mut wrong);
        let after =
            serde_json::json!({ "seats_in_crm": 12, "account": "C-8", "flags": { "vip": true }, "region": "a: b" });
        assert_eq!(Value::Object(notes), after);
        assert!(wrong.is_empty());
    }

    #[test]
    fn a_note_without_a_colon_is_named() {
        let mut wrong = Wrong::default();
        read("just words", None, &mut wrong);
        assert!(wrong.at("metadata").unwrap().contains("just words"));
    }
}
