//! What visitors asked for, with its product.

use rusqlite::Result;
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::needs::Needs;

use super::Loader;
use crate::row::{all, one};
use crate::rows::ask::{self, asks};

impl Loader<'_> {
    pub(super) fn asks(&mut self, needs: &Needs) -> Result<()> {
        for id in &needs.asks {
            one(self.conn, asks!("WHERE k.id = ?1"), (id.0.as_bytes(),), ask::ask)?
                .into_iter()
                .try_for_each(|row| self.ask(row))?;
        }
        for mailbox in &needs.asks_from {
            all(self.conn, asks!("WHERE k.mailbox = ?1"), (mailbox,), ask::ask)?
                .into_iter()
                .try_for_each(|row| self.ask(row))?;
        }
        Ok(())
    }

    fn ask(&mut self, row: Ask) -> Result<()> {
        self.product(row.product_id)?;
        self.ledger.asks.load(row.id, row);
        Ok(())
    }
}
