//! People's names against the chains, which hold a salted hash in place of each.

use std::collections::HashMap;

use seatkeeper_domain::event::Event;
use seatkeeper_domain::holder;
use seatkeeper_store::check::{Committed, Findings, Named};
use uuid::Uuid;

use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};

/// Rows looked up at once.
const AT_ONCE: usize = 1_000;

/// The comparison while the events go by.
pub(super) struct Names<'a> {
    at: &'a Transaction,
    /// Not looked up yet.
    sessions: Vec<Committed>,
    denials: Vec<Committed>,
    devices: HashMap<Uuid, Committed>,
}

impl<'a> Names<'a> {
    pub(super) fn new(at: &'a Transaction) -> Self {
        Self { at, sessions: Vec::new(), denials: Vec::new(), devices: HashMap::new() }
    }

    /// Compares the names that an event committed to, now or soon.
    pub(super) fn saw(&mut self, findings: &mut Findings, event: &Event) -> Result<()> {
        let Some(committed) = Committed::by(event) else { return Ok(()) };
        match committed.whose {
            Named::Session => self.sessions.push(committed),
            Named::Denial => self.denials.push(committed),
            Named::Device => drop(self.devices.insert(committed.id, committed)),
        }
        if self.sessions.len() >= AT_ONCE || self.denials.len() >= AT_ONCE {
            self.compare(findings, SESSIONS, &self.sessions)?;
            self.compare(findings, DENIALS, &self.denials)?;
            self.sessions.clear();
            self.denials.clear();
        }
        Ok(())
    }

    /// Compares what is left, and the devices' names, once all events were seen.
    pub(super) fn finish(self, findings: &mut Findings) -> Result<()> {
        self.compare(findings, SESSIONS, &self.sessions)?;
        self.compare(findings, DENIALS, &self.denials)?;
        let devices: Vec<Committed> = self.devices.values().cloned().collect();
        devices.chunks(AT_ONCE).try_for_each(|some| self.compare(findings, DEVICES, some))
    }

    fn compare(&self, findings: &mut Findings, sql: &str, committed: &[Committed]) -> Result<()> {
        let ids: Vec<Uuid> = committed.iter().map(|committed| committed.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let names = self.at.all(sql, params![ids], |row| {
            let mut columns = Columns::of(row);
            Ok((columns.get::<Uuid>()?, columns.names()?))
        })?;
        let names: HashMap<Uuid, holder::Names> = names.into_iter().collect();
        for committed in committed {
            // What is old was removed.
            if let Some(names) = names.get(&committed.id) {
                findings.names(committed, names);
            }
        }
        Ok(())
    }
}

const SESSIONS: &str = "SELECT id, COALESCE(user_written, user_folded), device_name, os_session, salt FROM sessions \
     WHERE id = ANY($1)";
const DENIALS: &str = "SELECT id, COALESCE(user_written, user_folded), device_name, os_session, salt FROM denials \
     WHERE id = ANY($1)";
const DEVICES: &str = "SELECT id, COALESCE(user_written, user_folded), device_name, os_session, salt FROM activations \
     WHERE id = ANY($1)";
