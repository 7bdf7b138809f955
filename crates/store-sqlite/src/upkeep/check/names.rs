//! People's names against the chains, which hold a salted hash in place of each. Names that were erased
//! have no salt and cannot be compared, which is what erasing them is for.

use std::collections::HashMap;

use rusqlite::{Connection, Result};
use seatkeeper_domain::event::Event;
use seatkeeper_domain::holder;
use serde::Deserialize;
use uuid::Uuid;

use super::Findings;
use crate::row::{Columns, one};

/// What an event says of whose names it is about.
#[derive(Deserialize)]
struct Body {
    session: Option<Uuid>,
    denial: Option<Uuid>,
    activation: Option<Uuid>,
    who: Option<String>,
}

/// The comparison while the events go by.
pub(super) struct Names<'a> {
    conn: &'a Connection,
    /// A device's names are written anew each time it is admitted: the last commitment counts.
    devices: HashMap<Uuid, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(conn: &'a Connection) -> Self {
        Self { conn, devices: HashMap::new() }
    }

    /// Compares the names that an event committed to.
    pub(super) fn saw(&mut self, findings: &mut Findings, event: &Event) -> Result<()> {
        let about = matches!(
            event.kind.as_str(),
            "session.started" | "denial.began" | "activation.admitted" | "activation.renewed"
        );
        // A body that is no such JSON was altered, and is named as that.
        let Some(body) = about.then(|| serde_json::from_str::<Body>(&event.body).ok()).flatten() else {
            return Ok(());
        };
        let Some(who) = body.who else { return Ok(()) };
        match (body.session, body.denial, body.activation) {
            (Some(id), ..) => self.compare(findings, "session", id, &who),
            (_, Some(id), _) => self.compare(findings, "denial", id, &who),
            (.., Some(id)) => {
                self.devices.insert(id, who);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Compares the devices' names, once all events were seen.
    pub(super) fn finish(self, findings: &mut Findings) -> Result<()> {
        self.devices.iter().try_for_each(|(id, who)| self.compare(findings, "activation", *id, who))
    }

    fn compare(&self, findings: &mut Findings, what: &str, id: Uuid, who: &str) -> Result<()> {
        let sql = match what {
            "session" => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM sessions WHERE id = ?1"
            }
            "denial" => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM denials WHERE id = ?1"
            }
            _ => {
                "SELECT COALESCE(user_written, user_folded), device_name, os_session, salt FROM activations WHERE id = ?1"
            }
        };
        // What is old was removed.
        let Some(names) = one(self.conn, sql, (id.as_bytes(),), |row| Columns::of(row).names())? else {
            return Ok(());
        };
        let erased = names == holder::Names::default();
        if !erased && names.commitment().as_deref() != Some(who) {
            findings.add("names", format!("the names of {what} {id} are not those that its chain committed to"));
        }
        Ok(())
    }
}
