//! Until when a key does what: read from a form, and said in words.

use jiff::Timestamp;
use seatkeeper_domain::decide::CutOffs;
use seatkeeper_domain::key::ProductKey;
use serde::Deserialize;

use crate::form::Wrong;
use crate::words::{Face, When};

/// A label at most, in characters.
const LABEL: usize = 100;

/// A key's label and cut-offs as a form has them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    pub(super) label: String,
    pub(super) activate_until: String,
    pub(super) open_until: String,
    pub(super) refresh_until: String,
    /// The revision of the key that was read.
    pub(super) revision: u64,
    /// Under which the request is known, so that sending it again makes no second key.
    pub(super) once: String,
}

impl Filled {
    pub(super) fn of(key: &ProductKey, face: &Face) -> Self {
        Self {
            label: key.label.clone(),
            activate_until: face.field(key.activate_until),
            open_until: face.field(key.open_until),
            refresh_until: face.field(key.refresh_until),
            revision: key.revision,
            once: String::new(),
        }
    }

    /// What is asked for, with what cannot be read. `before` is what the form was filled with.
    pub(super) fn read(&self, before: CutOffs, face: &Face, wrong: &mut Wrong) -> (String, CutOffs) {
        let label = self.label.trim();
        if !(1..=LABEL).contains(&label.chars().count()) {
            wrong.note("label", format!("must have 1 to {LABEL} characters"));
        }
        let mut day = |field: &str, typed: &str, before| {
            face.last_of(typed, before).unwrap_or_else(|why| {
                wrong.note(field, why);
                None
            })
        };
        let cut_offs = CutOffs {
            activate_until: day("activate_until", &self.activate_until, before.activate_until),
            open_until: day("open_until", &self.open_until, before.open_until),
            refresh_until: day("refresh_until", &self.refresh_until, before.refresh_until),
        };
        (label.to_owned(), cut_offs)
    }
}

/// The cut-offs of a key.
pub(super) fn of(key: &ProductKey) -> CutOffs {
    CutOffs { activate_until: key.activate_until, open_until: key.open_until, refresh_until: key.refresh_until }
}

/// What a key does, and until when.
pub(super) struct Until {
    pub(super) says: &'static str,
    pub(super) when: When,
    pub(super) over: bool,
}

/// Its cut-offs in words; none where it is good for everything for ever.
pub(super) fn said(key: &ProductKey, face: &Face) -> Vec<Until> {
    let until = |at: Option<Timestamp>, still: &'static str, over: &'static str| {
        at.map(|at| {
            let past = at <= face.now;
            Until { says: if past { over } else { still }, when: face.at(at), over: past }
        })
    };
    let all = [
        until(key.activate_until, "activates devices until", "activates no device since"),
        until(key.open_until, "opens programs until", "opens no program since"),
        until(key.refresh_until, "open programs go on until", "nothing goes on since"),
    ];
    all.into_iter().flatten().collect()
}
