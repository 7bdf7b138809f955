//! What a page shows as a file: CSV for whatever reads it, XLSX for spreadsheets. Knows no page.
//!
//! People and strangers' machines write the names in it, so no text is ever a formula: CSV puts an apostrophe before what a
//! spreadsheet would take for one, and XLSX says of each cell what it is.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use seatkeeper_service::Failure;
use serde::Deserialize;

use crate::refused::Refused;
use crate::shown::Answer;

/// Rows of a list in a file at most.
const ROWS: usize = 10_000;
/// What stands below them where there are more: who counts rows must know.
const CUT: &str = "These are the first 10,000 rows. There are more: ask the list for less, and take them in parts.";

/// Letters of a cell at most, which is what spreadsheets take.
const LETTERS: usize = 32_000;

/// The kinds of file, as the end of an address.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Csv,
    Xlsx,
}

/// A cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Words, whoever wrote them.
    Text(String),
    /// A count or a length.
    Number(f64),
    /// An instant, told in the reader's zone.
    At(Timestamp),
    /// Nothing.
    None,
}

/// A table with its headings.
pub(crate) struct Sheet {
    name: &'static str,
    headings: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// The rows of a list that a file takes.
pub(crate) struct Taken<T> {
    pub(crate) rows: Vec<T>,
    /// Whether there are more.
    cut: bool,
}

/// Reads a list page by page: `page` gives what follows a place, and the place of the next where there is one.
pub(crate) async fn take<T, P, F>(mut page: impl FnMut(Option<P>) -> F) -> Result<Taken<T>, Refused>
where
    F: Future<Output = Result<(Vec<T>, Option<P>), Failure>>,
{
    let (mut rows, mut place) = (Vec::new(), None);
    loop {
        let (some, next) = page(place).await?;
        rows.extend(some);
        if next.is_none() || rows.len() >= ROWS {
            let cut = next.is_some() || rows.len() > ROWS;
            rows.truncate(ROWS);
            return Ok(Taken { rows, cut });
        }
        place = next;
    }
}

impl Sheet {
    pub(crate) fn new(
        name: &'static str,
        headings: impl Into<Vec<&'static str>>,
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Self {
        Self { name, headings: headings.into(), rows: rows.into_iter().collect() }
    }

    /// Of what a list has.
    pub(crate) fn taken<T>(
        name: &'static str,
        headings: impl Into<Vec<&'static str>>,
        taken: Taken<T>,
        row: impl FnMut(T) -> Vec<Cell>,
    ) -> Self {
        let below = taken.cut.then(|| vec![Cell::from(CUT)]);
        Self::new(name, headings, taken.rows.into_iter().map(row).chain(below))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Cell::Number(number.into())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Cell::Number(number as f64)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Cell::At(at)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Cell::None, Into::into)
    }
}

/// The tables as a file to keep. CSV has them one below the other.
pub(crate) fn file(kind: Kind, name: &str, sheets: &[Sheet], zone: &TimeZone) -> Answer {
    let (bytes, of, end) = match kind {
        Kind::Csv => (csv(sheets, zone).into_bytes(), "text/csv; charset=utf-8", "csv"),
        Kind::Xlsx => {
            let bytes = xlsx(sheets, zone).map_err(|error| Refused::internal(&error))?;
            (bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
    };
    let kept = format!("attachment; filename=\"{name}.{end}\"");
    let headers = [(CONTENT_TYPE, of.to_owned()), (CONTENT_DISPOSITION, kept), (CACHE_CONTROL, "no-store".to_owned())];
    let answer: Response = (headers, Body::from(bytes)).into_response();
    Ok(answer)
}

fn csv(sheets: &[Sheet], zone: &TimeZone) -> String {
    // So that Excel reads it as UTF-8.
    let mut text = String::from("\u{feff}");
    for (i, sheet) in sheets.iter().enumerate() {
        if i > 0 {
            text.push_str("\r\n");
        }
        if sheets.len() > 1 {
            line(&mut text, [sheet.name.to_owned()].into_iter());
        }
        line(&mut text, sheet.headings.iter().map(|heading| (*heading).to_owned()));
        for row in &sheet.rows {
            line(&mut text, row.iter().map(|cell| said(cell, zone)));
        }
    }
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// A cell as CSV has it.
fn said(cell: &Cell, zone: &TimeZone) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::At(at) => told(*at, zone),
        Cell::None => String::new(),
    }
}

fn told(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn xlsx(sheets: &[Sheet], zone: &TimeZone) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet().set_name(sheet.name)?;
        for (column, heading) in (0..).zip(&sheet.headings) {
            page.write_string_with_format(0, column, *heading, &bold)?;
        }
        for (row, cells) in (1..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) => {
                        page.write_string(row, column, text.chars().take(LETTERS).collect::<String>())?;
                    }
                    Cell::Number(number) => {
                        page.write_number(row, column, *number)?;
                    }
                    Cell::At(at) => {
                        page.write_string(row, column, told(*at, zone))?;
                    }
                    Cell::None => {}
                }
            }
        }
        page.set_freeze_panes(1, 0)?;
        page.autofit();
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
        Sheet::new("People", ["Who", "Hours"], rows)
    }

    /// Seen red without the apostrophe.
    #[test]
    fn no_name_is_a_formula_and_none_breaks_its_line() {
        for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            let text = csv(&[sheet(vec![vec![name.into(), 2.5.into()]])], &TimeZone::UTC);
            let row = text.lines().nth(1).unwrap_or_default();
            assert!(row.trim_start_matches('"').starts_with('\''), "{row}");
        }
        let text = csv(&[sheet(vec![vec!["a \"b\", c\nd".into(), Cell::None]])], &TimeZone::UTC);
        assert_eq!(text, "\u{feff}Who,Hours\r\n\"a \"\"b\"\", c\nd\",\r\n");
    }

    #[test]
    fn instants_are_told_in_the_readers_zone() {
        let at: Timestamp = "2026-11-22T07:30:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert!(csv(&[sheet(vec![vec![at.into()]])], &zone).contains("2026-11-22 08:30:00"));
    }

    /// Seen red when the file says nothing of it, and when a list that just fits is said to go on.
    #[tokio::test]
    async fn a_file_that_has_not_all_says_so() {
        let of = async |all: usize| {
            let page = |from: Option<usize>| {
                let (from, to) = (from.unwrap_or(0), all.min(from.unwrap_or(0) + 300));
                std::future::ready(Ok(((from..to).collect(), (to < all).then_some(to))))
            };
            let taken = take(page).await.expect("a list");
            csv(&[Sheet::taken("Numbers", ["Number"], taken, |number| vec![(number as u64).into()])], &TimeZone::UTC)
        };
        let (whole, cut) = (of(ROWS).await, of(ROWS + 1).await);
        assert!(whole.ends_with("\r\n9999\r\n"), "{}", &whole[whole.len() - 100..]);
        assert!(cut.ends_with(&format!("\r\n9999\r\n\"{CUT}\"\r\n")), "{}", &cut[cut.len() - 200..]);
    }

    /// A workbook holds its texts in one part, and a formula would stand in the sheet's.
    #[test]
    fn a_workbook_is_made_of_any_text() {
        let long = "x".repeat(40_000);
        let rows = vec![vec!["=1+1".into(), 3_u32.into()], vec![long.as_str().into(), Cell::None]];
        let book = xlsx(&[sheet(rows)], &TimeZone::UTC).expect("a workbook");
        assert_eq!(&book[..2], b"PK");
    }
}
