//! Accounts, sign-ins, links and mails of a batch. No parents: an account's customer is named for itself.

use seatkeeper_domain::account::governing;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::code::Code;
use tokio_postgres::Row;

use super::first::Asking;
use super::ids;
use crate::link::params;
use crate::row::Result;
use crate::rows::account::{self, accounts, links, mails, sign_ins};

/// Whether any are named.
pub(super) fn named(needs: &Needs) -> bool {
    let none = needs.accounts.is_empty()
        && needs.emails.is_empty()
        && needs.governors.is_empty()
        && needs.sign_ins.is_empty()
        && needs.sign_ins_of.is_empty()
        && needs.links.is_empty()
        && needs.mails.is_empty();
    !none
}

pub(super) fn people(needs: &Needs, asking: &mut Asking) {
    if !needs.accounts.is_empty() {
        asking.ask(accounts!("WHERE a.id = ANY($1)"), params![ids(&needs.accounts)], take_account);
    }
    if !needs.emails.is_empty() {
        let emails: Vec<String> = needs.emails.iter().cloned().collect();
        asking.ask(accounts!("WHERE a.email_folded = ANY($1)"), params![emails], take_account);
    }
    for customer in &needs.governors {
        let role = governing(*customer).code();
        match customer {
            Some(id) => asking.ask(
                accounts!("WHERE a.customer_id = $1 AND a.role = $2 AND a.disabled_at IS NULL"),
                params![id.0, role],
                take_account,
            ),
            None => asking.ask(
                accounts!("WHERE a.customer_id IS NULL AND a.role = $1 AND a.disabled_at IS NULL"),
                params![role],
                take_account,
            ),
        }
    }
    if !needs.sign_ins.is_empty() {
        asking.ask(sign_ins!("WHERE s.id = ANY($1)"), params![ids(&needs.sign_ins)], take_sign_in);
    }
    if !needs.sign_ins_of.is_empty() {
        let of = ids(&needs.sign_ins_of);
        asking.ask(sign_ins!("WHERE s.account = ANY($1) AND s.ended_at IS NULL"), params![of], take_sign_in);
    }
    if !needs.links.is_empty() {
        asking.ask(links!("WHERE l.id = ANY($1)"), params![ids(&needs.links)], |row, ledger| {
            let row = account::link(row)?;
            ledger.links.load(row.id, row);
            Ok(())
        });
    }
    if !needs.mails.is_empty() {
        asking.ask(mails!("WHERE m.id = ANY($1)"), params![ids(&needs.mails)], |row, ledger| {
            let row = account::mail(row)?;
            ledger.mails.load(row.id, row);
            Ok(())
        });
    }
}

fn take_account(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = account::account(row)?;
    ledger.accounts.load(row.id, row);
    Ok(())
}

fn take_sign_in(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = account::sign_in(row)?;
    ledger.sign_ins.load(row.id, row);
    Ok(())
}
