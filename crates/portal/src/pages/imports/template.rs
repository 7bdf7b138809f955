//! An empty file with every column explained, to begin with.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use seatkeeper_service::COLUMNS;

use super::allowed;
use crate::shown::Answer;
use crate::visitor::Visitor;

/// The lines before the head, whose first cell begins with a hash, are passed over when it is read.
pub(crate) async fn file(visitor: Visitor) -> Answer {
    allowed(&visitor)?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"licences.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text()).into_response())
}

fn text() -> String {
    let mut text = String::from(
        "\u{feff}# Write a line for each licence below the head; lines before it that begin with # are passed over\r\n",
    );
    for column in COLUMNS {
        let needed = if column.required { " (required)" } else { "" };
        text += &format!("\"# {}{needed}: {}\"\r\n", column.name, column.means.replace('"', "\"\""));
    }
    text + &COLUMNS.map(|column| column.name).join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use seatkeeper_service::read_import;

    #[test]
    fn the_template_is_read_with_a_line_below_it() {
        let filled = super::text() + "C-1,Alpha Bau,planner,A-1,perpetual,,10,,,\r\n";
        let rows = read_import(filled.as_bytes()).unwrap();
        assert_eq!((rows.len(), rows[0].line, rows[0].seats), (1, 13, 10));
        assert!(read_import(super::text().as_bytes()).unwrap_err()[0].why.contains("the file is empty"));
    }
}
