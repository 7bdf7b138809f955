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

use super::Desk;
use crate::failure::WrongWords;

/// Import customers and licences from a file, all of it or, if one line is wrong, nothing
///
/// A JSON file is the API's import document: {"customers": [...], "licenses": [...]}.
///
/// A CSV file has a head and a line for each licence:
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
}

impl Import {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(&self.file).with_context(|| format!("{}", self.file.display()))?;
        let (mut import, lines) = match self.file.extension().and_then(|kind| kind.to_str()) {
            Some("csv") => rows::read(&text)?,
            Some("json") => {
                let import = serde_json::from_str(&text).with_context(|| format!("{}", self.file.display()))?;
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
        desk.show(&answer.map_err(|error| by_line(error, &lines))?, |done: Imported| {
            let done_or_would = if done.dry_run { "Nothing is wrong. It would import" } else { "Imported" };
            format!("{done_or_would} {} customers and {} licences.", done.customers, import.licenses.len())
        })
    }
}

/// Leaves out the customers that are there already: a CSV file names its customer on every line.
fn drop_known(import: &mut admin::Import, desk: &Desk<'_>) -> anyhow::Result<()> {
    if import.customers.is_empty() {
        return Ok(());
    }
    let list = desk.client.list("/v1/customers", &[], None, usize::MAX)?;
    let known: BTreeSet<Option<String>> =
        List::<Customer>::deserialize(list)?.items.into_iter().map(|customer| customer.external_id).collect();
    import.customers.retain(|customer| !known.contains(&customer.external_id));
    Ok(())
}

/// A refusal that names lines of the file in place of rows of the request.
fn by_line(error: anyhow::Error, lines: &[u64]) -> anyhow::Error {
    let mut problem = match error.downcast::<Problem>() {
        Ok(problem) => problem,
        Err(error) => return error,
    };
    if let Some(Value::Array(errors)) = problem.facts.get_mut("errors") {
        for error in errors {
            let line = error["field"].as_str().and_then(|field| named_line(field, lines));
            if let Some(line) = line {
                error["field"] = line.into();
            }
        }
    }
    problem.into()
}

/// `licenses[1].seats` is on the line of the second licence.
fn named_line(field: &str, lines: &[u64]) -> Option<String> {
    let (row, rest) = field.strip_prefix("licenses[")?.split_once(']')?;
    let line = lines.get(row.parse::<usize>().ok()?)?;
    Some(format!("line {line}, {}", rest.trim_start_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_protocol::Code;
    use serde_json::json;

    #[test]
    fn a_refused_row_is_named_by_its_line() {
        let errors = json!([{ "field": "licenses[1].seats", "message": "must be at least 1" }, { "field": "customers[0].name", "message": "x" }]);
        let problem = Problem::new(Code::InvalidRequest, "…").with("errors", errors);
        let told = crate::failure::text(&by_line(problem.into(), &[2, 5]), false);
        assert!(told.contains("line 5, seats: must be at least 1"), "{told}");
        assert!(told.contains("customers[0].name: x"), "{told}");
    }
}
