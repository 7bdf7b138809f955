//! Locks, the clock, and all facts that are named by themselves: one pipeline.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::license::folded_serial;
use seatkeeper_domain::needs::Needs;
use seatkeeper_store::{Clock, StoreError};
use tokio_postgres::Row;

use super::{asks, devices_by_id, ids, people as accounts};
use crate::link::{Link, Parameters, Pipeline, Told, params};
use crate::row::{Columns, Result};
use crate::rows::activation::{self, activations, installations};
use crate::rows::block::{self, blocks};
use crate::rows::catalogue::{self, customers, products};
use crate::rows::denial::{self, denials};
use crate::rows::key::{self, keys};
use crate::rows::license::{self, licenses};
use crate::rows::session::{self, checkouts, sessions};
use crate::rows::token::{self, tokens};

const CHAIN: &str = "SELECT chain_length, chain_hash FROM meta";
const LOCK_CHAIN: &str = "SELECT chain_length, chain_hash FROM meta FOR UPDATE";
const LOCK: &str = "SELECT license FROM counters WHERE license = ANY($1) ORDER BY license FOR NO KEY UPDATE";
const CLOCK: &str =
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT), (SELECT MAX(at) FROM lanes)";

pub(super) const INSTALLATIONS: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[])) AS asked (activation, id) CROSS JOIN LATERAL (",
    installations!("WHERE i.activation = asked.activation AND i.id = asked.id LIMIT 1"),
    ") AS found"
);
pub(super) const PRODUCTS_OF: &str = concat!(
    "SELECT found.* FROM (SELECT DISTINCT l.product FROM licenses l WHERE l.id = ANY($1)) AS sold CROSS JOIN LATERAL (",
    products!("WHERE p.id = sold.product LIMIT 1"),
    ") AS found"
);
const PRODUCTS_OF_SERIALS: &str = concat!(
    "SELECT found.* FROM licenses l CROSS JOIN LATERAL (",
    products!("WHERE p.id = l.product LIMIT 1"),
    ") AS found WHERE l.serial_folded = ANY($1)"
);
// `OFFSET 0` keeps it a look-up of each; with all sessions at once the planner also walks every live checkout on any device.
pub(super) const LIVE_CHECKOUTS: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[])) AS asked (session) CROSS JOIN LATERAL (",
    checkouts!("WHERE o.session = asked.session AND o.ended_at IS NULL OFFSET 0"),
    ") AS found"
);

pub(super) type Take = fn(&Row, &mut Ledger) -> Result<()>;

/// What is asked, and what is done with each row of it.
#[derive(Default)]
pub(super) struct Asking {
    asked: Pipeline,
    takes: Vec<(usize, Take)>,
}

impl Asking {
    pub(super) fn ask(&mut self, sql: &'static str, parameters: Parameters, take: Take) {
        let number = self.asked.ask(sql, parameters);
        self.takes.push((number, take));
    }

    /// Sends it and takes every row in.
    pub(super) async fn into_ledger(self, link: &Link, ledger: &mut Ledger) -> Result<()> {
        match self.asked.is_empty() {
            true => Ok(()),
            false => self.sent(link, ledger).await.map(drop),
        }
    }

    /// Likewise; what nobody takes is in what is told.
    async fn sent(self, link: &Link, ledger: &mut Ledger) -> Result<Told> {
        let told = link.send(self.asked).await?;
        for (number, take) in self.takes {
            told.rows(number).iter().try_for_each(|row| take(row, ledger))?;
        }
        Ok(told)
    }
}

/// Begins the transaction, locks, reads the clock, and loads what is named by itself.
pub(super) async fn load(
    link: &Link,
    needs: &Needs,
    locked: &BTreeSet<LicenseId>,
    clock: &dyn Clock,
    mut ledger: Ledger,
) -> Result<Ledger> {
    let mut asking = Asking::default();
    asking.asked.ask("BEGIN", params![]);
    // Administrators go one after another: what they change besides licences has no lock of its own.
    let chain = if office(needs) { LOCK_CHAIN } else { CHAIN };
    asking.ask(chain, params![], |row, ledger| {
        ledger.server_chain = Columns::of(row).chain()?;
        Ok(())
    });
    let licenses: Vec<_> = locked.iter().map(|id| id.0).collect();
    if !licenses.is_empty() {
        asking.asked.ask(LOCK, params![licenses.clone()]);
    }
    attempts(needs, &mut asking);
    let clocks = asking.asked.ask(CLOCK, params![]);
    sold(needs, licenses, &mut asking);
    people(needs, &mut asking);
    held(needs, &mut asking);
    desk(needs, &mut asking);
    accounts::people(needs, &mut asking);
    asks::asks(needs, &mut asking);
    let told = asking.sent(link, &mut ledger).await?;
    let row = told.rows(clocks).first().ok_or_else(|| StoreError::Fault("the database has no clock".to_owned()))?;
    let mut columns = Columns::of(row);
    clock.told(columns.at()?);
    // Others may have committed by a clock that is ahead of ours by as much as the network takes.
    ledger.now = clock.now().max(columns.maybe_at()?.unwrap_or(Timestamp::MIN));
    Ok(ledger)
}

/// Whether something is named that no licence's lock covers; of trials that visitors began, one device is admitted after
/// another, since what one may have depends on the others' licences.
fn office(needs: &Needs) -> bool {
    let none = needs.products.is_empty()
        && needs.product_codes.is_empty()
        && needs.customers.is_empty()
        && needs.external_ids.is_empty()
        && needs.serials.is_empty()
        && needs.tokens.is_empty()
        && needs.answered.is_empty();
    let trial = needs.devices.iter().any(|need| need.trial);
    !none || needs.signing_keys || trial || accounts::named(needs) || asks::named(needs)
}

fn attempts(needs: &Needs, asking: &mut Asking) {
    if needs.attempts.is_empty() {
        return;
    }
    let addresses: Vec<String> = needs.attempts.iter().cloned().collect();
    asking.asked.ask(token::BEGIN_ATTEMPTS, params![addresses.clone()]);
    asking.ask(token::ATTEMPTS, params![addresses], |row, ledger| {
        let row = token::attempts(row)?;
        // None yet: the row is there to be locked.
        if row.failures > 0 {
            ledger.attempts.load(row.address.clone(), row);
        }
        Ok(())
    });
}

/// Licences by every way in which they are named, with their products, and keys.
fn sold(needs: &Needs, licenses: Vec<uuid::Uuid>, asking: &mut Asking) {
    if !licenses.is_empty() {
        asking.ask(licenses!("WHERE l.id = ANY($1)"), params![licenses.clone()], take_license);
        asking.ask(PRODUCTS_OF, params![licenses], take_product);
    }
    if !needs.products.is_empty() {
        asking.ask(products!("WHERE p.id = ANY($1)"), params![ids(&needs.products)], take_product);
    }
    if !needs.product_codes.is_empty() {
        let codes: Vec<String> = needs.product_codes.iter().cloned().collect();
        asking.ask(products!("WHERE p.code = ANY($1)"), params![codes], take_product);
    }
    if !needs.serials.is_empty() {
        let serials: Vec<String> = needs.serials.iter().map(|serial| folded_serial(serial)).collect();
        asking.ask(licenses!("WHERE l.serial_folded = ANY($1)"), params![serials.clone()], take_license);
        asking.ask(PRODUCTS_OF_SERIALS, params![serials], take_product);
    }
    if !needs.keys.is_empty() {
        asking.ask(keys!("WHERE k.id = ANY($1)"), params![ids(&needs.keys)], take_key);
    }
    if !needs.keys_of.is_empty() {
        asking.ask(keys!("WHERE k.license = ANY($1)"), params![ids(&needs.keys_of)], take_key);
    }
}

/// Devices and installations, and who is shut out.
fn people(needs: &Needs, asking: &mut Asking) {
    let mut devices: BTreeSet<uuid::Uuid> = devices_by_id(needs).into_iter().collect();
    if !needs.installations.is_empty() {
        let (of, own): (Vec<_>, Vec<_>) = needs.installations.iter().map(|(device, id)| (device.0, id.0)).unzip();
        devices.extend(&of);
        asking.ask(INSTALLATIONS, params![of, own], take_installation);
    }
    if !devices.is_empty() {
        let devices: Vec<_> = devices.into_iter().collect();
        asking.ask(activations!("WHERE a.id = ANY($1)"), params![devices], take_activation);
    }
    if !needs.blocks.is_empty() {
        asking.ask(blocks!("WHERE b.id = ANY($1)"), params![ids(&needs.blocks)], take_block);
    }
    if !needs.denials.is_empty() {
        asking.ask(denials!("WHERE d.id = ANY($1)"), params![ids(&needs.denials)], take_denial);
    }
}

/// Checkouts, and sessions with their live checkouts.
fn held(needs: &Needs, asking: &mut Asking) {
    if !needs.checkouts.is_empty() {
        asking.ask(checkouts!("WHERE o.id = ANY($1)"), params![ids(&needs.checkouts)], take_checkout);
    }
    if !needs.sessions.is_empty() {
        asking.ask(sessions!("WHERE s.id = ANY($1)"), params![ids(&needs.sessions)], take_session);
        asking.ask(LIVE_CHECKOUTS, params![ids(&needs.sessions)], take_checkout);
    }
}

/// What only administrators' commands need.
fn desk(needs: &Needs, asking: &mut Asking) {
    if !needs.customers.is_empty() {
        asking.ask(customers!("WHERE c.id = ANY($1)"), params![ids(&needs.customers)], take_customer);
    }
    if !needs.external_ids.is_empty() {
        let external: Vec<String> = needs.external_ids.iter().cloned().collect();
        asking.ask(customers!("WHERE c.external_id = ANY($1)"), params![external], take_customer);
    }
    if !needs.tokens.is_empty() {
        asking.ask(tokens!("WHERE t.id = ANY($1)"), params![ids(&needs.tokens)], |row, ledger| {
            let row = token::token(row)?;
            ledger.tokens.load(row.id, row);
            Ok(())
        });
    }
    if !needs.answered.is_empty() {
        let (tokens, keys): (Vec<_>, Vec<_>) = needs.answered.iter().map(|(id, key)| (id.0, key.clone())).unzip();
        asking.ask(token::ANSWERED, params![tokens, keys], |row, ledger| {
            let row = token::answered(row)?;
            ledger.answered.load((row.token_id, row.key.clone()), row);
            Ok(())
        });
    }
    if needs.signing_keys {
        asking.ask(token::SIGNING_KEYS, params![], |row, ledger| {
            let row = token::signing_key(row)?;
            ledger.signing_keys.load(row.id, row);
            Ok(())
        });
    }
}

pub(super) fn take_license(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let (license, counters) = license::license(row)?;
    ledger.counters.load(license.id, counters);
    ledger.licenses.load(license.id, license);
    Ok(())
}

pub(super) fn take_product(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = catalogue::product(row)?;
    ledger.products.load(row.id, row);
    Ok(())
}

fn take_customer(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = catalogue::customer(row)?;
    ledger.customers.load(row.id, row);
    Ok(())
}

pub(super) fn take_key(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = key::key(row)?;
    ledger.keys.load(row.id, row);
    Ok(())
}

pub(super) fn take_activation(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = activation::activation(row)?;
    ledger.activations.load(row.id, row);
    Ok(())
}

pub(super) fn take_installation(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let row = activation::installation(row)?;
    ledger.installations.load((row.activation_id, row.id), row);
    Ok(())
}

pub(super) fn take_session(row: &Row, ledger: &mut Ledger) -> Result<()> {
    ledger.load_session(session::session(row)?);
    Ok(())
}

pub(super) fn take_checkout(row: &Row, ledger: &mut Ledger) -> Result<()> {
    ledger.load_checkout(session::checkout(row)?);
    Ok(())
}

pub(super) fn take_block(row: &Row, ledger: &mut Ledger) -> Result<()> {
    ledger.load_block(block::block(row)?);
    Ok(())
}

pub(super) fn take_denial(row: &Row, ledger: &mut Ledger) -> Result<()> {
    ledger.load_denial(denial::denial(row)?);
    Ok(())
}
