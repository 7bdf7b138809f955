//! The CSV form of an import: a line for each licence. Asks no server; every line that is wrong is named.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use seatkeeper_protocol::Model;
use seatkeeper_protocol::admin::{CustomerNew, Import, ImportLicense, Legacy, PolicyPatch};

use crate::arguments::{feature_grant, term};

const COLUMNS: &[&str] = &[
    "customer",
    "customer_name",
    "product",
    "serial_number",
    "term",
    "model",
    "seats",
    "features",
    "legacy",
    "external_id",
];
const REQUIRED: &[&str] = &["customer", "product", "serial_number", "term"];

/// Reads a file; for each licence also the line it stands on.
///
/// # Errors
/// One sentence with everything that is wrong, by line.
pub(super) fn read(text: &str) -> anyhow::Result<(Import, Vec<u64>)> {
    let parted_by = delimiter(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(parted_by).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = reader.headers()?.clone();
    check_head(&head)?;
    let mut import = Import::default();
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    let mut entered = BTreeSet::new();
    for record in reader.records() {
        let record = record.context("the file is no CSV")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: BTreeMap<&str, &str> = head.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty()).collect();
        let name = cells.get("customer_name").copied();
        match license(cells) {
            Ok(license) => {
                if let Some(name) = name
                    && entered.insert(license.customer.clone())
                {
                    import.customers.push(customer(&license.customer, name));
                }
                import.licenses.push(license);
                lines.push(line);
            }
            Err(why) => wrong.push(format!("\n  line {line}: {}", why.join("; "))),
        }
    }
    if !wrong.is_empty() {
        bail!("nothing was imported, for the file is wrong:{}", wrong.concat());
    }
    Ok((import, lines))
}

/// Spreadsheets of countries that write 1,5 for a number part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    if head.contains(';') && !head.contains(',') { b';' } else { b',' }
}

fn check_head(head: &csv::StringRecord) -> anyhow::Result<()> {
    let unknown: Vec<&str> = head.iter().filter(|name| !COLUMNS.contains(name)).collect();
    let missing: Vec<&&str> = REQUIRED.iter().filter(|name| !head.iter().any(|given| given == **name)).collect();
    if !unknown.is_empty() {
        bail!("unknown columns {unknown:?}; there are {}", COLUMNS.join(", "));
    }
    if !missing.is_empty() {
        bail!("the columns {missing:?} are missing");
    }
    Ok(())
}

/// The cells of a line that are not empty, and what is wrong with them.
struct Row<'a> {
    cells: BTreeMap<&'a str, &'a str>,
    wrong: Vec<String>,
}

impl Row<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.cells.get(name).map(|cell| (*cell).to_owned())
    }

    fn read<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let read = parse(self.cells.get(name)?);
        read.map_err(|why| self.wrong.push(format!("{name}: {why}"))).ok()
    }
}

fn license(cells: BTreeMap<&str, &str>) -> Result<ImportLicense, Vec<String>> {
    let empty = REQUIRED.iter().filter(|name| !cells.contains_key(*name)).map(|name| format!("{name} is empty"));
    let mut row = Row { wrong: empty.collect(), cells };
    let term = row.read("term", term);
    let legacy = row.read("legacy", legacy);
    let model = row.read("model", model);
    let seats = row.read("seats", |cell| cell.parse().map_err(|_| format!("{cell:?} is no number of seats")));
    let features = row.read("features", |cell| cell.split_whitespace().map(feature_grant).collect());
    match term {
        Some(term) if row.wrong.is_empty() => Ok(ImportLicense {
            customer: row.text("customer").unwrap_or_default(),
            product: row.text("product").unwrap_or_default(),
            serial_number: row.text("serial_number").unwrap_or_default(),
            model: model.unwrap_or(if legacy.is_some() { Model::SingleUser } else { Model::Concurrent }),
            seats,
            grants: None,
            features,
            term,
            policy: PolicyPatch::default(),
            legacy,
            external_id: row.text("external_id"),
            metadata: BTreeMap::new(),
        }),
        _ => Err(row.wrong),
    }
}

fn legacy(cell: &str) -> Result<Legacy, String> {
    if cell == "lease" { Ok(Legacy::Lease) } else { Err(format!("{cell:?} is not lease")) }
}

fn model(cell: &str) -> Result<Model, String> {
    match cell {
        "concurrent" => Ok(Model::Concurrent),
        "single_user" => Ok(Model::SingleUser),
        _ => Err(format!("{cell:?} is neither concurrent nor single_user")),
    }
}

fn customer(external_id: &str, name: &str) -> CustomerNew {
    CustomerNew {
        name: name.to_owned(),
        external_id: Some(external_id.to_owned()),
        metadata: BTreeMap::new(),
        contacts: Vec::new(),
        locale: None,
        time_zone: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FILE: &str = "\
customer, customer_name, product, serial_number, term, seats, features, legacy
C-1, Alpha Bau, planner, A-100, perpetual, 10, bim 4d:2027-03-31,
C-1, Alpha Bau, planner, A-101, subscription:2027-12-31, , , lease
";

    #[test]
    fn a_line_is_a_license_and_a_customer_comes_once() {
        let (import, lines) = read(FILE).unwrap();
        assert_eq!(lines, [2, 3]);
        assert_eq!(import.customers.len(), 1);
        assert_eq!(import.customers[0].external_id.as_deref(), Some("C-1"));
        let first = serde_json::to_value(&import.licenses[0]).unwrap();
        assert_eq!(first["model"], "concurrent");
        assert_eq!(first["features"], json!([{ "code": "bim" }, { "code": "4d", "ends_at": "2027-03-31T23:59:59Z" }]));
        let second = serde_json::to_value(&import.licenses[1]).unwrap();
        assert_eq!((&second["model"], &second["legacy"]), (&json!("single_user"), &json!("lease")));
        assert_eq!(second.get("seats"), None);
    }

    #[test]
    fn cells_may_be_parted_by_semicolons() {
        let (import, _) = read(&FILE.replace(", ", ";").replace(',', ";")).unwrap();
        assert_eq!((import.licenses.len(), import.licenses[0].seats), (2, Some(10)));
    }

    #[test]
    fn all_that_is_wrong_is_named_by_line() {
        let file = "customer,product,serial_number,term,seats,model\nC-1,planner,A-1,forever,ten,pool\n,planner,A-2,perpetual,1,\n";
        let error = read(file).unwrap_err().to_string();
        for part in ["line 2: term: ", "seats: \"ten\"", "model: \"pool\"", "line 3: customer is empty"] {
            assert!(error.contains(part), "{part} is not in {error}");
        }
    }

    #[test]
    fn columns_are_known_and_complete() {
        assert!(read("customer,product,serial,term\n").unwrap_err().to_string().contains("serial"));
        assert!(read("customer,product,term\n").unwrap_err().to_string().contains("serial_number"));
    }
}
