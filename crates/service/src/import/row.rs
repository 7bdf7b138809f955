//! A line of the file of an import: which cells it has, and what they mean. Asks nobody.

use seatkeeper_domain::decide::{LicenseTerms, PolicyPatch};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::{FeatureGrant, Grant, Legacy, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_protocol::normalize_serial_number;

use super::Mistake;
use crate::written::{feature, term};

/// A column that a file may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What it is called in the head.
    pub name: &'static str,
    /// Whether every line needs it.
    pub required: bool,
    /// What is written in it.
    pub means: &'static str,
}

const fn column(name: &'static str, required: bool, means: &'static str) -> Column {
    Column { name, required, means }
}

/// All columns, in the order in which they are explained.
pub const COLUMNS: [Column; 10] = [
    column(
        "customer",
        true,
        "The customer’s external id, which is your own id for it, or the id of one that is there.",
    ),
    column("customer_name", false, "Enters the customer under this name where there is none with that id yet."),
    column("product", true, "The product’s code."),
    column("serial_number", true, "The serial number, as its users know it."),
    column(
        "term",
        true,
        "perpetual, perpetual:LAST-DAY-OF-MAINTENANCE, subscription:LAST-DAY, trial:DAYS or education:LAST-DAY; a day is \
         written 2027-12-31.",
    ),
    column("model", false, "concurrent or single_user. Empty: single_user for a legacy lease, else concurrent."),
    column("seats", false, "How many; a pool needs it."),
    column(
        "features",
        false,
        "Codes with spaces between, each CODE or CODE:LAST-DAY. Empty: none, and all for a trial.",
    ),
    column("legacy", false, "lease, for a lease licence of the old system."),
    column("external_id", false, "Your own id for the licence."),
];

/// Those that every line needs.
pub(super) const REQUIRED: [&str; 4] = ["customer", "product", "serial_number", "term"];

/// What is written in one cell at most, in characters, as everywhere in the books.
const WORD: usize = 200;
const SERIAL: usize = 64;

/// A licence to bring in, as its line says.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line of the file, from 1.
    pub line: u64,
    /// The customer's external id, or its id.
    pub customer: String,
    /// What the customer is called, if it is to be entered.
    pub customer_name: Option<String>,
    /// The product's code.
    pub product: String,
    /// The serial number, as it was written.
    pub serial_number: String,
    /// Pool or single user.
    pub model: Model,
    /// How many; one where the line does not say.
    pub seats: u32,
    /// The features switched on; where absent, all of a trial's product and none of another's.
    pub features: Option<Vec<FeatureGrant>>,
    /// For how long.
    pub term: Term,
    /// What it was before.
    pub legacy: Option<Legacy>,
    /// The vendor's own id for it.
    pub external_id: Option<String>,
}

impl Row {
    /// What is sold by it, to a customer that was found.
    pub(super) fn terms(&self, customer_id: CustomerId) -> LicenseTerms {
        LicenseTerms {
            customer_id,
            product: self.product.clone(),
            serial_number: normalize_serial_number(&self.serial_number),
            model: self.model,
            grants: vec![Grant { seats: self.seats, starts_at: None, ends_at: None, order_reference: None }],
            features: self.features.clone(),
            term: self.term,
            policy: PolicyPatch::default(),
            legacy: self.legacy,
            external_id: self.external_id.clone(),
            metadata: serde_json::Map::new(),
        }
    }
}

/// The cells of a line by their columns.
pub(super) struct Cells<'a> {
    head: &'a [String],
    record: &'a csv::StringRecord,
}

impl<'a> Cells<'a> {
    pub(super) fn new(head: &'a [String], record: &'a csv::StringRecord) -> Self {
        Self { head, record }
    }

    /// What is written in a column; none where nothing is.
    fn get(&self, column: &str) -> Option<&'a str> {
        let place = self.head.iter().position(|name| name == column)?;
        self.record.get(place).filter(|cell| !cell.is_empty())
    }

    fn surplus(&self) -> bool {
        self.record.iter().skip(self.head.len()).any(|cell| !cell.is_empty())
    }
}

/// What is read of a line, and what is wrong with it.
struct Reading<'a> {
    line: u64,
    cells: Cells<'a>,
    wrong: Vec<Mistake>,
}

impl Reading<'_> {
    fn note(&mut self, column: &str, why: impl Into<String>) {
        self.wrong.push(Mistake::at(self.line, column, why));
    }

    fn text(&mut self, column: &str, most: usize) -> Option<String> {
        let text = self.cells.get(column)?;
        if text.chars().count() > most {
            self.note(column, format!("must have 1 to {most} characters"));
        } else if text.chars().any(char::is_control) {
            self.note(column, "must not hold control characters, such as the end of a line");
        }
        Some(text.to_owned())
    }

    fn needed(&mut self, column: &str, most: usize) -> String {
        self.text(column, most).unwrap_or_else(|| {
            self.note(column, "is empty");
            String::new()
        })
    }

    fn read<T>(&mut self, column: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        parse(self.cells.get(column)?).map_err(|why| self.note(column, why)).ok()
    }
}

/// Reads a line.
pub(super) fn row(line: u64, cells: Cells<'_>) -> Result<Row, Vec<Mistake>> {
    let mut reading = Reading { line, cells, wrong: Vec::new() };
    let customer = reading.needed("customer", WORD);
    let customer_name = reading.text("customer_name", WORD);
    let product = reading.needed("product", WORD);
    let serial_number = reading.needed("serial_number", SERIAL);
    if reading.cells.get("term").is_none() {
        reading.note("term", "is empty");
    }
    let term = reading.read("term", term);
    // What model it is follows from both: seats are not missed where either is wrong.
    let before = reading.wrong.len();
    let legacy = reading.read("legacy", legacy);
    let given = reading.read("model", model);
    let model = given.unwrap_or(if legacy.is_some() { Model::SingleUser } else { Model::Concurrent });
    let model_is_sound = reading.wrong.len() == before;
    let seats = reading.read("seats", |cell| cell.parse().map_err(|_| format!("{cell:?} is no number of seats")));
    if reading.cells.get("seats").is_none() && model == Model::Concurrent && model_is_sound {
        reading.note("seats", "is empty: a pool has a number of seats");
    }
    let features = reading.read("features", |cell| cell.split_whitespace().map(feature).collect());
    let external_id = reading.text("external_id", WORD);
    if reading.cells.surplus() {
        reading.note("", "has more cells than the head: put text that holds a separator into quotation marks");
    }
    let seats = seats.unwrap_or(1);
    match term {
        Some(term) if reading.wrong.is_empty() => Ok(Row {
            line,
            customer,
            customer_name,
            product,
            serial_number,
            model,
            seats,
            features,
            term,
            legacy,
            external_id,
        }),
        _ => Err(reading.wrong),
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

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn one(line: &str) -> Row {
        let head = "customer;customer_name;product;serial_number;term;model;seats;features;legacy;external_id\n";
        read(format!("{head}{line}\n").as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn a_line_is_a_licence() {
        let pool = one("C-1;Alpha Bau;planner;a 100;perpetual;;10;bim 4d:2027-03-31;;X-1");
        assert_eq!((pool.model, pool.seats, pool.external_id.as_deref()), (Model::Concurrent, 10, Some("X-1")));
        let features = pool.features.as_deref().unwrap();
        assert_eq!(features[1].ends_at.unwrap().to_string(), "2027-03-31T23:59:59Z");
        assert_eq!(pool.terms(uuid::Uuid::nil().into()).serial_number, "A100");
        let lease = one("C-1;;planner;A-101;subscription:2027-12-31;;;;lease;");
        assert_eq!((lease.model, lease.seats, lease.legacy), (Model::SingleUser, 1, Some(Legacy::Lease)));
        assert_eq!(lease.features, None);
    }

    #[test]
    fn every_column_that_is_needed_says_so() {
        let needed: Vec<_> = COLUMNS.iter().filter(|column| column.required).map(|column| column.name).collect();
        assert_eq!(needed, REQUIRED);
    }
}
