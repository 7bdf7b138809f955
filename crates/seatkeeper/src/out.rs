//! Standard output: JSON for scripts, tables for people. Knows nothing of what is shown.

use std::io::{self, Write};

use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where data goes, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    /// JSON, as the server answered.
    pub(crate) json: bool,
}

impl Out {
    /// Prints an answer of the server: as it came, or as `show` puts it for people.
    pub(crate) fn answer<T: DeserializeOwned>(
        self,
        answer: &Value,
        show: impl FnOnce(T) -> String,
    ) -> anyhow::Result<()> {
        if self.json {
            return Ok(line(&serde_json::to_string_pretty(answer)?)?);
        }
        Ok(line(&show(T::deserialize(answer)?))?)
    }
}

/// Prints lines of data. A reader that has gone, as `head` does, is no failure.
pub(crate) fn line(text: &str) -> io::Result<()> {
    read_line(text).map(drop)
}

/// Prints lines of data; whether somebody still reads them.
pub(crate) fn read_line(text: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        done => done.map(|()| true),
    }
}

/// How far something is, on standard error; shown on a terminal only.
pub(crate) fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {percent}%  {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

/// Rows under a head, so that a shell can cut them.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.set_header(head.iter().map(|title| title.to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|cell| on_one_line(cell)));
    }
    plain(table)
}

/// One thing, a line for each of what is known of it; nothing is said of what is not.
pub(crate) fn details(lines: &[(&str, Option<String>)]) -> String {
    let mut table = Table::new();
    for (label, value) in lines {
        if let Some(value) = value {
            table.add_row([(*label).to_owned(), on_one_line(value)]);
        }
    }
    plain(table)
}

/// Two spaces between columns and no lines; nothing is wrapped, whatever the width.
fn plain(mut table: Table) -> String {
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Text that others chose, without what would steer a terminal or turn its lines round: names of people and devices come from
/// programs.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if steers(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// What stands in one cell: a line more would look like a row of its own.
fn on_one_line(text: &str) -> String {
    printable(text).replace('\n', "\u{fffd}")
}

/// Controls, and what changes the direction of writing (Unicode TR 9) or ends a line without being one.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_easily() {
        let rows = [vec!["bim".to_owned(), "Building model".to_owned()], vec!["4d".to_owned(), String::new()]];
        assert_eq!(table(&["code", "name"], rows), "CODE  NAME\nbim   Building model\n4d");
    }

    #[test]
    fn what_is_not_known_is_not_shown() {
        assert_eq!(details(&[("id", Some("7".into())), ("locale", None)]), "id  7");
    }

    #[test]
    fn nobody_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{9b}1m"), "a\u{fffd}[2Jb\u{fffd}1m");
        assert_eq!(printable("ann\u{202e}toor"), "ann\u{fffd}toor");
    }

    #[test]
    fn nobody_writes_a_row_of_their_own() {
        let forged = vec!["ann\nroot  WS-1".to_owned()];
        assert_eq!(table(&["user"], [forged]), "USER\nann\u{fffd}root  WS-1");
    }
}
