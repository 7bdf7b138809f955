//! Accounts, sign-ins, links and mails of a batch. No parents: an account's customer is named for itself.

use rusqlite::{Result, params};
use seatkeeper_domain::account::governing;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::code::Code;

use super::Loader;
use crate::row::{all, one};
use crate::rows::account::{self, accounts, links, mails, sign_ins};

impl Loader<'_> {
    pub(super) fn people(&mut self, needs: &Needs) -> Result<()> {
        for id in &needs.accounts {
            self.account(one(self.conn, accounts!("WHERE a.id = ?1"), (id.0.as_bytes(),), account::account)?);
        }
        for email in &needs.emails {
            self.account(one(self.conn, accounts!("WHERE a.email_folded = ?1"), (email,), account::account)?);
        }
        for customer in &needs.governors {
            let sql = accounts!("WHERE a.customer_id IS ?1 AND a.role = ?2 AND a.disabled_at IS NULL");
            let of = params![customer.as_ref().map(|id| id.0.as_bytes()), governing(*customer).code()];
            for row in all(self.conn, sql, of, account::account)? {
                self.account(Some(row));
            }
        }
        for id in &needs.sign_ins {
            if let Some(row) = one(self.conn, sign_ins!("WHERE s.id = ?1"), (id.0.as_bytes(),), account::sign_in)? {
                self.ledger.sign_ins.load(row.id, row);
            }
        }
        for id in &needs.sign_ins_of {
            let sql = sign_ins!("WHERE a.id = ?1 AND s.ended_at IS NULL");
            for row in all(self.conn, sql, (id.0.as_bytes(),), account::sign_in)? {
                self.ledger.sign_ins.load(row.id, row);
            }
        }
        for id in &needs.links {
            if let Some(row) = one(self.conn, links!("WHERE l.id = ?1"), (id.0.as_bytes(),), account::link)? {
                self.ledger.links.load(row.id, row);
            }
        }
        for id in &needs.mails {
            if let Some(row) = one(self.conn, mails!("WHERE m.id = ?1"), (id.0.as_bytes(),), account::mail)? {
                self.ledger.mails.load(row.id, row);
            }
        }
        Ok(())
    }

    fn account(&mut self, found: Option<seatkeeper_domain::account::Account>) {
        if let Some(row) = found {
            self.ledger.accounts.load(row.id, row);
        }
    }
}
