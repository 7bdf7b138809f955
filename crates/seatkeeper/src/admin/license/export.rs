//! `license key export`: serial numbers with their product keys, to hand out many at once. Every key that is shown is an event.

use clap::Args;
use jiff::Timestamp;
use seatkeeper_protocol::LicenseStatus;
use seatkeeper_protocol::admin::{Key, KeySecret, License, List};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Desk;
use super::show::Whose;
use crate::admin::Of;
use crate::out;
use crate::wall::wall_clock;

/// Print the product keys of many licences, as CSV or JSON; that each was shown is recorded
///
/// Keys that no longer open a program are left out, and so are revoked licences. The keys are secret: send them to a file that
/// is yours alone.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    whose: Whose,
}

/// A line of the file.
#[derive(Debug, Serialize)]
struct Row {
    customer: String,
    product: String,
    serial_number: String,
    product_key: String,
    label: String,
}

impl Export {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let query = self.whose.query(desk)?;
        let list = desk.client.list("/v1/licenses", &query, None, usize::MAX)?;
        print(desk, list["items"].as_array().map(Vec::as_slice).unwrap_or_default())
    }
}

/// Prints the keys of these licences: all of them or, if one cannot be had, none.
pub(super) fn print(desk: &Desk<'_>, licenses: &[Value]) -> anyhow::Result<()> {
    let customers = desk.client.names(Of::Customers, licenses);
    let bar = out::bar();
    bar.set_length(licenses.len() as u64);
    let mut rows = Vec::new();
    for license in licenses {
        let license = License::deserialize(license)?;
        let customer = customers.of(license.customer_id);
        if license.status != LicenseStatus::Revoked {
            keys(desk, &license, &customer, &mut rows)?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if desk.out.json {
        return Ok(out::line(&serde_json::to_string_pretty(&json!({ "items": rows, "next_cursor": null }))?)?);
    }
    Ok(out::line(table(rows)?.trim_end())?)
}

fn keys(desk: &Desk<'_>, license: &License, customer: &str, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let path = format!("/v1/licenses/{}/keys", license.id);
    let keys = List::<Key>::deserialize(desk.client.get(&path, &[])?)?.items;
    let now = wall_clock();
    for key in keys.into_iter().filter(|key| opens(key, now)) {
        let secret = KeySecret::deserialize(desk.client.get(&format!("{path}/{}/secret", key.id), &[])?)?;
        rows.push(Row {
            customer: customer.to_owned(),
            product: license.product.clone(),
            serial_number: secret.serial_number,
            product_key: secret.product_key.expose().to_owned(),
            label: key.label,
        });
    }
    Ok(())
}

fn opens(key: &Key, now: Timestamp) -> bool {
    key.open_until.is_none_or(|until| now < until)
}

fn table(rows: Vec<Row>) -> anyhow::Result<String> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(["customer", "product", "serial_number", "product_key", "label"])?;
    for row in rows {
        writer.serialize(Row { customer: inert(row.customer), label: inert(row.label), ..row })?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Text that others chose, so that no spreadsheet takes it for a formula and works it out.
fn inert(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_no_formula() {
        let row = Row {
            customer: "Alpha, Bau".to_owned(),
            product: "planner".to_owned(),
            serial_number: "SN-1".to_owned(),
            product_key: "7F3K".to_owned(),
            label: "=HYPERLINK(\"https://evil.example\")".to_owned(),
        };
        assert_eq!(
            table(vec![row]).unwrap(),
            "customer,product,serial_number,product_key,label\n\
             \"Alpha, Bau\",planner,SN-1,7F3K,\"'=HYPERLINK(\"\"https://evil.example\"\")\"\n"
        );
    }

    #[test]
    fn nothing_to_export_is_a_head() {
        assert_eq!(table(Vec::new()).unwrap(), "customer,product,serial_number,product_key,label\n");
    }
}
