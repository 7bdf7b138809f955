//! The CSV form of an import, as it travels. How the file is read, and what is wrong with it, the service knows: the pages say the
//! same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use seatkeeper_domain::license as domain;
use seatkeeper_protocol::Model;
use seatkeeper_protocol::admin::{CustomerNew, Import, ImportLicense, Legacy, PolicyPatch};
use seatkeeper_service::{Row, read_import};

use crate::arguments::{feature_sent, term_sent};

/// Reads a file; for each licence also the line it stands on.
///
/// # Errors
/// One sentence with everything that is wrong, by line.
pub(super) fn read(bytes: &[u8]) -> anyhow::Result<(Import, Vec<u64>)> {
    let rows = match read_import(bytes) {
        Ok(rows) => rows,
        Err(wrong) => {
            let told = wrong.iter().map(|mistake| match mistake.column.as_str() {
                "" => format!("\n  line {}: {}", mistake.line, mistake.why),
                column => format!("\n  line {}, {column}: {}", mistake.line, mistake.why),
            });
            bail!("nothing was imported, for the file is wrong:{}", told.collect::<String>());
        }
    };
    let (mut import, mut lines) = (Import::default(), Vec::new());
    let mut entered = BTreeSet::new();
    for row in rows {
        if let Some(name) = &row.customer_name
            && entered.insert(row.customer.clone())
        {
            import.customers.push(customer(&row.customer, name));
        }
        lines.push(row.line);
        import.licenses.push(license(row));
    }
    Ok((import, lines))
}

fn license(row: Row) -> ImportLicense {
    ImportLicense {
        customer: row.customer,
        product: row.product,
        serial_number: row.serial_number,
        model: match row.model {
            domain::Model::Concurrent => Model::Concurrent,
            domain::Model::SingleUser => Model::SingleUser,
        },
        seats: Some(row.seats),
        grants: None,
        features: row.features.map(|features| features.into_iter().map(feature_sent).collect()),
        term: term_sent(row.term),
        policy: PolicyPatch::default(),
        legacy: row.legacy.map(|domain::Legacy::Lease| Legacy::Lease),
        external_id: row.external_id,
        metadata: BTreeMap::new(),
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
        let (import, lines) = read(FILE.as_bytes()).unwrap();
        assert_eq!(lines, [2, 3]);
        assert_eq!(import.customers.len(), 1);
        assert_eq!(import.customers[0].external_id.as_deref(), Some("C-1"));
        let first = serde_json::to_value(&import.licenses[0]).unwrap();
        assert_eq!(first["model"], "concurrent");
        assert_eq!(first["features"], json!([{ "code": "bim" }, { "code": "4d", "ends_at": "2027-03-31T23:59:59Z" }]));
        let second = serde_json::to_value(&import.licenses[1]).unwrap();
        assert_eq!((&second["model"], &second["legacy"]), (&json!("single_user"), &json!("lease")));
        assert_eq!(second["seats"], 1);
    }

    #[test]
    fn all_that_is_wrong_is_named_by_line() {
        let file = "customer,product,serial_number,term,seats\nC-1,planner,A-1,forever,ten\n,planner,A-2,perpetual,1\n";
        let error = read(file.as_bytes()).unwrap_err().to_string();
        for part in ["line 2, term: ", "line 2, seats: \"ten\"", "line 3, customer: is empty"] {
            assert!(error.contains(part), "{part} is not in {error}");
        }
    }
}
