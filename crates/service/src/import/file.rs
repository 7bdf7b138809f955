//! The file of an import: text in UTF-8, its cells parted, its head understood. What a line means stands in `row.rs`. Asks nobody.

use std::collections::HashMap;

use seatkeeper_protocol::normalize_serial_number;

use super::Mistake;
use super::row::{COLUMNS, Cells, REQUIRED, Row, row};

/// The mark that spreadsheets put before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What spreadsheets part cells by: where 1,5 is a number, semicolons; where cells were copied, tabs.
const PARTED_BY: [u8; 3] = [b',', b';', b'\t'];

/// Reads a file of licences, a line for each.
///
/// # Errors
/// Everything that is wrong with it by itself, in the order of its lines. Whether the books agree is not asked.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Vec<Mistake>> {
    let text = text(bytes).map_err(|wrong| vec![wrong])?;
    let mut wrong = Vec::new();
    let mut records = records(text);
    let head = loop {
        match records.next() {
            Some((_, record)) if record.get(0).is_some_and(|cell| cell.starts_with('#')) => {}
            Some((line, record)) => break head(line, &record)?,
            None => return Err(vec![Mistake::at(1, "", EMPTY)]),
        }
    };
    let mut rows = Vec::new();
    for (line, record) in records {
        match row(line, Cells::new(&head, &record)) {
            Ok(row) => rows.push(row),
            Err(found) => wrong.extend(found),
        }
    }
    wrong.extend(among_themselves(&rows));
    if rows.is_empty() && wrong.is_empty() {
        wrong.push(Mistake::at(1, "", EMPTY));
    }
    wrong.sort_by_key(|mistake| mistake.line);
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

const EMPTY: &str = "the file is empty: it has a head with the names of the columns, and a line for each licence";

/// The file as text.
fn text(bytes: &[u8]) -> Result<&str, Mistake> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let sound = &bytes[..error.valid_up_to()];
        let line = 1 + sound.iter().filter(|byte| **byte == b'\n').count() as u64;
        Mistake::at(line, "", "the file is not in UTF-8 here: save it as such (spreadsheets: “CSV UTF-8”)")
    })
}

/// The lines that hold something, each with its number.
fn records(text: &str) -> impl Iterator<Item = (u64, csv::StringRecord)> {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.trim_start_matches('"').starts_with('#'));
    let first = first.unwrap_or_default().as_bytes();
    let times = |by: u8| first.iter().filter(|byte| **byte == by).count();
    // The first of equals, which is what has none is taken to be parted by.
    let parted_by = PARTED_BY.into_iter().rev().max_by_key(|by| times(*by)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(parted_by).trim(csv::Trim::All).has_headers(false).flexible(true);
    // It is text, in memory, and lines may have any number of cells: there is nothing that could fail.
    let records = reader.from_reader(text.as_bytes()).into_records().filter_map(Result::ok);
    let (mut line, mut counted) = (1, 0);
    let numbered = records.map(move |record| {
        // The reader counts a line that ends as in Windows to the next one, and empty lines to the one before.
        let begins = record.position().map_or(counted, |place| place.byte() as usize);
        let ends_before = text.as_bytes()[begins..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let begins = begins + ends_before;
        line += text.as_bytes()[counted..begins].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = begins;
        (line, record)
    });
    numbered.filter(|(_, record)| record.iter().any(|cell| !cell.is_empty()))
}

/// The names of the columns.
fn head(line: u64, record: &csv::StringRecord) -> Result<Vec<String>, Vec<Mistake>> {
    let names: Vec<String> = record.iter().map(str::to_lowercase).collect();
    let known = COLUMNS.map(|column| column.name).join(", ");
    let mut wrong = Vec::new();
    for (place, name) in names.iter().enumerate() {
        if name.is_empty() && names[place..].iter().all(String::is_empty) {
            // A spreadsheet's empty columns at the end.
            break;
        }
        if COLUMNS.iter().all(|column| column.name != name) {
            wrong.push(Mistake::at(line, name, format!("there is no column {name:?}; there are {known}")));
        } else if names[..place].contains(name) {
            wrong.push(Mistake::at(line, name, "the column is there twice"));
        }
    }
    for missing in REQUIRED.iter().filter(|column| names.iter().all(|name| name != *column)) {
        wrong.push(Mistake::at(line, missing, "the column is missing in the head"));
    }
    if wrong.is_empty() { Ok(names) } else { Err(wrong) }
}

/// What is wrong with a line because of one before it.
fn among_themselves(rows: &[Row]) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    let mut serials: HashMap<String, u64> = HashMap::new();
    let mut names: HashMap<&str, (&str, u64)> = HashMap::new();
    for row in rows {
        let serial = normalize_serial_number(&row.serial_number);
        match serials.get(&serial) {
            Some(line) => wrong.push(Mistake::at(row.line, "serial_number", format!("is on line {line} already"))),
            None => drop(serials.insert(serial, row.line)),
        }
        let Some(name) = row.customer_name.as_deref() else { continue };
        let (first, line) = *names.entry(&row.customer).or_insert((name, row.line));
        if first != name {
            let why =
                format!("line {line} calls the same customer {first:?}: one of them is another customer, or misspelt");
            wrong.push(Mistake::at(row.line, "customer_name", why));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
customer, customer_name, product, serial_number, term, seats, features, legacy
C-1, Alpha Bau, planner, A-100, perpetual, 10, bim 4d:2027-03-31,
C-1, Alpha Bau, planner, A-101, subscription:2027-12-31, , , lease
";

    fn serials(bytes: &[u8]) -> Vec<(u64, String)> {
        read(bytes).unwrap().into_iter().map(|row| (row.line, row.serial_number)).collect()
    }

    /// What is wrong, each as `line column: why`.
    fn wrong(bytes: &[u8]) -> Vec<String> {
        let mistakes = read(bytes).unwrap_err();
        mistakes.iter().map(|mistake| format!("{} {}: {}", mistake.line, mistake.column, mistake.why)).collect()
    }

    /// Seen red when lines are counted as the reader of CSV counts them: in files of Windows each was one too low.
    #[test]
    fn files_are_read_as_spreadsheets_save_them() {
        let read = vec![(2, "A-100".to_owned()), (3, "A-101".to_owned())];
        let semicolons = FILE.replace(", ", ";").replace(',', ";");
        for text in [FILE.to_owned(), format!("\u{feff}{FILE}"), FILE.replace('\n', "\r\n"), semicolons.clone()] {
            assert_eq!(serials(text.as_bytes()), read, "{text}");
        }
        let tabs = semicolons.replace(';', "\t").replace('\n', "\r\n");
        assert_eq!(serials(tabs.as_bytes()), read);
        let quoted = semicolons.replace("Alpha Bau", "\"Alpha; \"\"Bau\"\"\"");
        let name = super::read(quoted.as_bytes()).unwrap().remove(0).customer_name;
        assert_eq!(name.as_deref(), Some("Alpha; \"Bau\""));
    }

    #[test]
    fn explanations_before_the_head_and_empty_lines_are_passed_over() {
        let text =
            format!("# what to do; or not\n\"# customer, yours\",,\n\n{}\n,,,\n ,,,,,,,\n", FILE.replace("C-1", "#1"));
        assert_eq!(serials(text.as_bytes()), [(5, "A-100".to_owned()), (6, "A-101".to_owned())]);
    }

    #[test]
    fn a_file_in_another_alphabet_is_refused_by_line() {
        let text = FILE.replace("A-101", "A-\u{fc}").chars().map(|letter| letter as u8).collect::<Vec<_>>();
        assert_eq!(wrong(&text), ["3 : the file is not in UTF-8 here: save it as such (spreadsheets: “CSV UTF-8”)"]);
    }

    #[test]
    fn columns_are_known_and_complete() {
        let told = wrong(b"customer,product,serial,term\n");
        assert!(told[0].starts_with("1 serial: there is no column \"serial\"; there are customer,"), "{told:?}");
        assert_eq!(told[1], "1 serial_number: the column is missing in the head");
        assert_eq!(wrong(b"customer,product,serial_number,term,term\n"), ["1 term: the column is there twice"]);
        assert!(wrong(b"")[0].contains("the file is empty"));
        assert!(wrong(b"customer,product,serial_number,term\n")[0].contains("the file is empty"));
    }

    #[test]
    fn lines_that_contradict_each_other_are_named() {
        let file = "customer;customer_name;product;serial_number;term;seats\n\
                    C-1;Alpha;planner;a-1;perpetual;5\n\
                    C-1;Alfa;planner;A-2;perpetual;5\n\
                    C-2;;planner;A-1;perpetual;5\n";
        let told = wrong(file.as_bytes());
        assert!(told[0].starts_with("3 customer_name: line 2 calls the same customer \"Alpha\""), "{told:?}");
        assert_eq!(told[1], "4 serial_number: is on line 2 already");
    }

    /// Seen red when a word that is not `lease` makes it a pool, whose seats are missed then.
    #[test]
    fn no_mistake_makes_another() {
        let file = "customer;product;serial_number;term;legacy\nC-1;planner;A-1;perpetual;rented\n";
        assert_eq!(wrong(file.as_bytes()), ["2 legacy: \"rented\" is not lease"]);
    }

    #[test]
    fn all_that_is_wrong_is_named_by_line_and_column() {
        let file = "customer,product,serial_number,term,seats,model\nC-1,planner,A-1,forever,ten,pool\n,planner,A-2,perpetual,1,,9\n";
        let told = wrong(file.as_bytes());
        for (mistake, begins) in told.iter().zip([
            "2 term: a term is",
            "2 model: \"pool\" is",
            "2 seats: \"ten\" is",
            "3 customer: is empty",
            "3 : has more cells",
        ]) {
            assert!(mistake.starts_with(begins), "{mistake}");
        }
        assert_eq!(told.len(), 5, "{told:?}");
    }
}
