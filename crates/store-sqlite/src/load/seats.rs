//! Sessions and checkouts, by id or because they are to be ended.

use rusqlite::{Params, Result};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::id::ActivationId;
use seatkeeper_domain::needs::{Ending, Needs};
use seatkeeper_domain::session::Session;

use super::Loader;
use crate::row::{all, one};
use crate::rows::session::{self, checkouts, sessions};

impl Loader<'_> {
    /// Checkouts and sessions by id, and live sessions to be ended.
    pub(super) fn seats(&mut self, needs: &Needs) -> Result<()> {
        for id in &needs.checkouts {
            let found = one(self.conn, session::WITH_SESSION, (id.0.as_bytes(),), session::with_session)?;
            if let Some((checkout, session)) = found {
                self.take_session(session)?;
                self.ledger.load_checkout(checkout);
            }
        }
        for id in &needs.sessions {
            let sql = sessions!("WHERE s.id = ?1");
            if let Some((n, row)) = one(self.conn, sql, (id.0.as_bytes(),), session::numbered)? {
                self.take_session(row)?;
                self.live_checkouts(n)?;
            }
        }
        needs.endings.iter().try_for_each(|ending| self.ending(ending))
    }

    fn ending(&mut self, ending: &Ending) -> Result<()> {
        match ending {
            Ending::License(id) => {
                let sql = sessions!(
                    "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.ended_at IS NULL LIMIT ?2"
                );
                self.all_that_end(sql, (id.0.as_bytes(), Needs::ENDED_AT_ONCE))
            }
            Ending::Blocked(license, Blocked::User(user)) => {
                let sql = sessions!(
                    "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.user_folded = ?2
                         AND s.ended_at IS NULL
                     LIMIT ?3"
                );
                self.all_that_end(sql, (license.0.as_bytes(), user, Needs::ENDED_AT_ONCE))
            }
            Ending::Blocked(_, Blocked::Device(device)) | Ending::Activation(device) => {
                self.activation(*device)?;
                self.sessions_with_a_copy_on(*device)
            }
        }
    }

    /// Live sessions with a copy on a device: of those that were started there and those that were joined from there.
    fn sessions_with_a_copy_on(&mut self, device: ActivationId) -> Result<()> {
        let sql = sessions!(
            "WHERE s.ended_at IS NULL AND s.n IN (
                 SELECT b.n FROM sessions b JOIN checkouts o ON o.session = b.n
                     WHERE b.activation = (SELECT n FROM activations WHERE id = ?1) AND b.ended_at IS NULL
                         AND o.ended_at IS NULL AND o.joined_from IS NULL
                 UNION SELECT o.session FROM checkouts o
                     WHERE o.joined_from = (SELECT n FROM activations WHERE id = ?1) AND o.ended_at IS NULL)
             LIMIT ?2"
        );
        self.all_that_end(sql, (device.0.as_bytes(), Needs::ENDED_AT_ONCE))
    }

    fn all_that_end(&mut self, sql: &str, params: impl Params) -> Result<()> {
        for (n, row) in all(self.conn, sql, params, session::numbered)? {
            self.take_session(row)?;
            self.live_checkouts(n)?;
        }
        Ok(())
    }

    /// All live checkouts of a session that is loaded, by its number.
    pub(super) fn live_checkouts(&mut self, n: i64) -> Result<()> {
        let sql = checkouts!("WHERE o.session = ?1 AND o.ended_at IS NULL");
        for row in all(self.conn, sql, (n,), session::checkout)? {
            self.ledger.load_checkout(row);
        }
        Ok(())
    }

    /// A session brings its licence.
    pub(super) fn take_session(&mut self, session: Session) -> Result<()> {
        self.license(session.license_id)?;
        self.ledger.load_session(session);
        Ok(())
    }
}
