//! What is asked of a timeline, and where its pages are.

use jiff::Timestamp;
use seatkeeper_service::read::timeline::{About, Place, TimelineFilter};
use serde::{Deserialize, Serialize};

use crate::words::Face;

/// What is left out is not asked.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// A person's name, on the page of one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    until: String,
    /// A moment's place, as [`place`] reads it: the page follows it.
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
}

const KINDS: [(&str, &str, About); 3] = [
    ("sessions", "Sessions", About::Sessions),
    ("refusals", "Refusals", About::Refusals),
    ("changes", "What was decided", About::Changes),
];

/// A kind of moments to choose.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) name: &'static str,
    pub(super) chosen: bool,
}

/// The form above the list, and the ways from page to page.
pub(super) struct List {
    pub(super) action: String,
    pub(super) name: String,
    pub(super) kinds: Vec<Choice>,
    pub(super) since: String,
    pub(super) until: String,
    pub(super) next: Option<String>,
    pub(super) first: Option<String>,
    /// Whether all is asked for.
    pub(super) whole: bool,
    /// The same with all asked for.
    pub(super) all: String,
}

impl Asked {
    pub(super) fn filter(&self, face: &Face) -> TimelineFilter {
        TimelineFilter {
            only: KINDS.iter().find(|(name, _, _)| *name == self.about).map(|(_, _, about)| *about),
            // A day that cannot be read asks for nothing.
            since: face.first_of(&self.since, None).ok().flatten(),
            until: face.last_of(&self.until, None).ok().flatten(),
        }
    }

    pub(super) fn before(&self) -> Option<Place> {
        place(&self.before)
    }

    /// Whether nothing is asked but whose it is.
    pub(super) fn whole(&self) -> bool {
        [&self.about, &self.since, &self.until, &self.before].iter().all(|text| text.trim().is_empty())
    }

    pub(super) fn list(self, path: &str, next: Option<Place>) -> List {
        let next = next.map(|(at, id)| self.address(path, format!("{}.{id}", at.as_microsecond())));
        let first = (!self.before.is_empty()).then(|| self.address(path, String::new()));
        let choice = |&(value, name, _): &(&'static str, &'static str, About)| Choice {
            value,
            name,
            chosen: value == self.about,
        };
        let all = Self { name: self.name.clone(), ..Self::default() };
        List {
            action: path.to_owned(),
            kinds: KINDS.iter().map(choice).collect(),
            next,
            first,
            whole: self.whole(),
            all: all.address(path, String::new()),
            name: self.name,
            since: self.since,
            until: self.until,
        }
    }

    fn address(&self, path: &str, before: String) -> String {
        let asked = Self { before, ..self.clone() };
        format!("{path}?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }
}

/// When a moment began, in microseconds, and its id.
fn place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}
