//! `license import`: a file of customers and licences, checked here, then by the server, then brought in whole.

mod rows;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::admin::{self, Customer, Imported, List};
use serde::Deserialize;
use serde_json::Value;

use super::{Desk, export};
use crate::failure::WrongWords;

/// Import customers and licences from a file, all of it or, if one line is wrong, nothing
///
/// A JSON file is the API's import document: {"customers": [...], "licenses": [...]}.
///
/// A CSV file (in UTF-8, its cells parted by commas, semicolons or tabs) has a head and a line for each licence:
///
///   customer       the customer's external id, or the id of one that is there; required
///   customer_name  enters the customer under this name where there is none yet
///   product        the product's code; required
///   serial_number  as its users know it; required
///   term           perpetual, perpetual:LAST-DAY-OF-MAINTENANCE, subscription:LAST-DAY, trial:DAYS or education:LAST-DAY; required
///   model          concurrent or single_user; by default single_user for a legacy lease, else concurrent
///   seats          how many
///   features       codes with spaces between, each CODE or CODE:LAST-DAY
///   legacy         lease, for a lease licence of the old system
///   external_id    your own id for the licence
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Import {
    /// The file: .csv or .json
    file: PathBuf,
    /// Only say what is wrong
    #[arg(long)]
    dry_run: bool,
    /// Print the product keys of what was imported, as `license key export` does
    #[arg(long, conflicts_with = "dry_run")]
    keys: bool,
}

impl Import {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("{}", self.file.display()))?;
        let (mut import, lines) = match self.file.extension().and_then(|kind| kind.to_str()) {
            Some("csv") => rows::read(&bytes)?,
            Some("json") => {
                let import = serde_json::from_slice(&bytes).with_context(|| format!("{}", self.file.display()))?;
                (import, Vec::new())
            }
            _ => {
                return Err(WrongWords(
                    "the file's name ends in .csv or .json, so that it is clear what it is".to_owned(),
                )
                .into());
            }
        };
        let waiting = ProgressBar::new_spinner().with_message(format!("{} licences", import.licenses.len()));
        waiting.enable_steady_tick(Duration::from_millis(100));
        if !lines.is_empty() {
            drop_known(&mut import, desk)?;
        }
        let path = if self.dry_run { "/v1/imports?dry_run=true" } else { "/v1/imports" };
        let answer = desk.client.post(path, &import);
        waiting.finish_and_clear();
        let answer = answer.map_err(|error| by_line(error, &import, &lines))?;
        if self.keys {
            // Said before the keys are read: whatever becomes of that, the licences are there.
            eprintln!("{}", sentence(&import, &Imported::deserialize(&answer)?));
            return keys(desk, &Imported::deserialize(answer)?);
        }
        desk.show(&answer, |done: Imported| sentence(&import, &done))?;
        if !self.dry_run {
            eprintln!("`seatkeeper license key export` prints their product keys.");
        }
        Ok(())
    }
}

fn sentence(import: &admin::Import, done: &Imported) -> String {
    let (done_or_would, customers) = match done.dry_run {
        true => ("Nothing is wrong. It would import", import.customers.len()),
        false => ("Imported", done.customers as usize),
    };
    let customers = counted(customers, "customer");
    format!("{done_or_would} {customers} and {}.", counted(import.licenses.len(), "licence"))
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn keys(desk: &Desk<'_>, imported: &Imported) -> anyhow::Result<()> {
    let licenses = imported.licenses.iter().map(|one| desk.client.get(&format!("/v1/licenses/{}", one.id), &[]));
    export::print(desk, &licenses.collect::<anyhow::Result<Vec<_>>>()?)
}

/// Leaves out the customers that are there already: a CSV file names its customer on every line.
fn drop_known(import: &mut admin::Import, desk: &Desk<'_>) -> anyhow::Result<()> {
    if import.customers.is_empty() {
        return Ok(());
    }
    let list = desk.client.list("/v1/customers", &[], None, usize::MAX)?;
    let customers = List::<Customer>::deserialize(list)?.items.into_iter();
    let known: BTreeSet<String> =
        customers.flat_map(|one| [Some(one.id.to_string()), one.external_id]).flatten().collect();
    import.customers.retain(|customer| customer.external_id.as_ref().is_none_or(|word| !known.contains(word)));
    Ok(())
}

/// A refusal that names lines of the file and customers in place of rows of the request.
fn by_line(error: anyhow::Error, import: &admin::Import, lines: &[u64]) -> anyhow::Error {
    let mut problem = match error.downcast::<Problem>() {
        Ok(problem) => problem,
        Err(error) => return error,
    };
    if let Some(Value::Array(errors)) = problem.facts.get_mut("errors") {
        for error in errors {
            let named = error["field"].as_str().and_then(|field| named(field, import, lines));
            if let Some(named) = named {
                error["field"] = named.into();
            }
        }
    }
    problem.into()
}

/// `licenses[1].seats` is on the line of the second licence; a customer stands on many lines, so it is called by its own id.
fn named(field: &str, import: &admin::Import, lines: &[u64]) -> Option<String> {
    let (list, rest) = field.split_once('[')?;
    let (row, rest) = rest.split_once(']')?;
    let row: usize = row.parse().ok()?;
    let place = match list {
        "licenses" => format!("line {}", lines.get(row)?),
        "customers" => format!("customer {}", import.customers.get(row)?.external_id.as_ref()?),
        _ => return None,
    };
    Some(format!("{place}, {}", rest.trim_start_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_protocol::Code;
    use serde_json::json;

    #[test]
    fn a_refused_row_is_named_by_its_line() {
        let errors = json!([
            { "field": "licenses[1].seats", "message": "must be at least 1" },
            { "field": "customers[0].name", "message": "must not be empty" },
            { "field": "dry_run", "message": "x" }
        ]);
        let problem = Problem::new(Code::InvalidRequest, "…").with("errors", errors);
        let import = json!({ "customers": [{ "name": "", "external_id": "C-7" }] });
        let import: admin::Import = serde_json::from_value(import).unwrap();
        let told = crate::failure::text(&by_line(problem.into(), &import, &[2, 5]), false);
        for line in ["line 5, seats: must be at least 1", "customer C-7, name: must not be empty", "dry_run: x"] {
            assert!(told.contains(line), "{line} is not in {told}");
        }
    }
}
