//! Rows against their parents, and counters against the rows that they count.

use seatkeeper_store::check::{Counted, Findings};
use uuid::Uuid;

use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};

/// Rows that come and go by the thousand have no foreign keys: each looks here for the one that it names. The table and its
/// columns, and what they name.
const PARENTS: [(&str, &str, &str, &str); 16] = [
    ("counters", "license", "licenses", "id"),
    ("activations", "license", "licenses", "id"),
    ("devices", "license", "licenses", "id"),
    ("devices", "activation", "activations", "id"),
    ("installations", "activation", "activations", "id"),
    ("installations", "key", "keys", "id"),
    ("sessions", "license", "licenses", "id"),
    ("sessions", "activation", "activations", "id"),
    ("checkouts", "session", "sessions", "id"),
    ("checkouts", "activation, c.installation", "installations", "activation, p.id"),
    ("denials", "license", "licenses", "id"),
    ("denials", "activation", "activations", "id"),
    ("accounts", "customer_id", "customers", "id"),
    ("sign_ins", "account", "accounts", "id"),
    ("links", "account", "accounts", "id"),
    ("mails", "account", "accounts", "id"),
];

/// Each counts rows two ways: whose, what the counter says, how many rows there are.
const COUNTS: [(Counted, &str); 3] = [
    (
        Counted::Seats,
        "SELECT l.id, k.in_use, COALESCE(found.rows, 0) FROM licenses l LEFT JOIN counters k ON k.license = l.id \
         LEFT JOIN (SELECT license, COUNT(*) AS rows FROM sessions WHERE ended_at IS NULL GROUP BY license) AS found \
             ON found.license = l.id \
         WHERE k.in_use IS DISTINCT FROM COALESCE(found.rows, 0)",
    ),
    (
        Counted::Devices,
        "SELECT l.id, k.devices, COALESCE(found.rows, 0) FROM licenses l LEFT JOIN counters k ON k.license = l.id \
         LEFT JOIN (SELECT license, COUNT(*) AS rows FROM activations WHERE ended_at IS NULL GROUP BY license) AS found \
             ON found.license = l.id \
         WHERE k.devices IS DISTINCT FROM COALESCE(found.rows, 0)",
    ),
    (
        Counted::Copies,
        "SELECT s.id, s.checkouts, COALESCE(found.rows, 0) FROM sessions s \
         LEFT JOIN (SELECT session, COUNT(*) AS rows FROM checkouts WHERE ended_at IS NULL GROUP BY session) AS found \
             ON found.session = s.id \
         WHERE s.ended_at IS NULL AND s.checkouts <> COALESCE(found.rows, 0)",
    ),
];

pub(super) fn parents(at: &Transaction, findings: &mut Findings) -> Result<()> {
    for (table, columns, parent, key) in PARENTS {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} c WHERE (c.{columns}) IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE (p.{key}) = (c.{columns}))"
        );
        match at.one(&sql, params![], |row| Columns::of(row).count::<u64>())?.unwrap_or(0) {
            0 => {}
            1 => findings.add("integrity", format!("a row of {table} names a row of {parent} that is gone")),
            rows => findings.add("integrity", format!("{rows} rows of {table} name rows of {parent} that are gone")),
        }
    }
    Ok(())
}

pub(super) fn counters(at: &Transaction, findings: &mut Findings) -> Result<()> {
    for (what, sql) in COUNTS {
        let wrong = at.all(sql, params![], |row| {
            let mut columns = Columns::of(row);
            Ok((columns.get::<Uuid>()?, columns.get::<Option<i64>>()?, columns.get::<i64>()?))
        })?;
        for (id, counted, rows) in wrong {
            findings.miscounted(what, id, counted, rows);
        }
    }
    Ok(())
}
