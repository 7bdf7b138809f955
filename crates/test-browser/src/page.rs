//! Finding things on a page as people find them: by what is written on them, and on the label beside them.

use std::fmt;

use fantoccini::Locator;

/// Something on a page.
#[derive(Debug)]
pub(crate) enum Target {
    Css(String),
    XPath { what: String, path: String },
}

impl Target {
    pub(crate) fn css(selector: &str) -> Self {
        Self::Css(selector.to_owned())
    }

    pub(crate) fn locator(&self) -> Locator<'_> {
        match self {
            Self::Css(selector) => Locator::Css(selector),
            Self::XPath { path, .. } => Locator::XPath(path),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css(selector) => f.write_str(selector),
            Self::XPath { what, .. } => f.write_str(what),
        }
    }
}

/// A link, a button or what opens a section, by all that is written on it.
pub(crate) fn button(label: &str) -> Target {
    let text = quoted(label);
    let path = format!("//*[self::a or self::button or self::summary][normalize-space()={text} or @aria-label={text}]");
    Target::XPath { what: format!("the button {label:?}"), path }
}

/// A link or a button in the row of a table that shows this text, by how what is written on it begins.
pub(crate) fn button_in_row(row: &str, label: &str) -> Target {
    let (row, text) = (quoted(row), quoted(label));
    let buttons = format!("*[self::a or self::button][starts-with(normalize-space(), {text})]");
    let path = format!("//tr[contains(normalize-space(), {row})]//{buttons}");
    Target::XPath { what: format!("the button {label:?} in the row {row}"), path }
}

/// What one fills in, by how its label begins.
pub(crate) fn field(label: &str) -> Target {
    let text = quoted(label);
    let labels = format!("//label[starts-with(normalize-space(), {text})]");
    let inside = "*[self::input or self::select or self::textarea]";
    let path = format!("//*[@id={labels}/@for] | {labels}//{inside} | //{inside}[@aria-label={text}]");
    Target::XPath { what: format!("the field {label:?}"), path }
}

/// XPath has no escapes: a text may hold one kind of quotes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
