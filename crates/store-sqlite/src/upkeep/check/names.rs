//! People's names against the chains, which hold a salted hash in place of each.

use std::collections::HashMap;

use rusqlite::{Connection, Result};
use seatkeeper_domain::event::Event;
use seatkeeper_store::check::{Committed, Findings, Named};
use uuid::Uuid;

use crate::row::{Columns, one};

/// The comparison while the events go by.
pub(super) struct Names<'a> {
    conn: &'a Connection,
    devices: HashMap<Uuid, Committed>,
}

impl<'a> Names<'a> {
    pub(super) fn new(conn: &'a Connection) -> Self {
        Self { conn, devices: HashMap::new() }
    }

    /// Compares the names that an event committed to.
    pub(super) fn saw(&mut self, findings: &mut Findings, event: &Event) -> Result<()> {
        match Committed::by(event) {
            Some(committed) if committed.whose == Named::Device => {
                self.devices.insert(committed.id, committed);
                Ok(())
            }
            Some(committed) => self.compare(findings, &committed),
            None => Ok(()),
        }
    }

    /// Compares the devices' names, once all events were seen.
    pub(super) fn finish(self, findings: &mut Findings) -> Result<()> {
        self.devices.values().try_for_each(|committed| self.compare(findings, committed))
    }

    fn compare(&self, findings: &mut Findings, committed: &Committed) -> Result<()> {
        let sql = match committed.whose {
            Named::Session => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM sessions WHERE id = ?1"
            }
            Named::Denial => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM denials WHERE id = ?1"
            }
            Named::Device => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM activations WHERE id = ?1"
            }
        };
        // What is old was removed.
        if let Some(names) = one(self.conn, sql, (committed.id.as_bytes(),), |row| Columns::of(row).names())? {
            findings.names(committed, &names);
        }
        Ok(())
    }
}
