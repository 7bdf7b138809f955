//! What became different in a ledger, as statements: a kind of row each, sent together, parents first.

use std::collections::BTreeSet;

use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::stored;

use crate::lane::Lane;
use crate::link::{Link, Pipeline, params};
use crate::load::Loaded;
use crate::rows::{account, activation, ask, block, catalogue, denial, event, key, license, session, token};

const WRITE_CHAIN: &str =
    "UPDATE meta SET chain_length = $1, chain_hash = $2 WHERE chain_length = $3 RETURNING chain_length";

/// Writes what became different, and the lane with it; the lane as it is then. Nothing where nothing did.
pub(crate) async fn write(
    link: &Link,
    ledger: &Ledger,
    loaded: &Loaded,
    lane: Lane,
) -> Result<Option<Lane>, StoreError> {
    let mut asked = Pipeline::default();
    books(&mut asked, ledger);
    seats(&mut asked, ledger, loaded);
    record(&mut asked, ledger);
    people(&mut asked, ledger);
    if asked.is_empty() && ledger.events.is_empty() {
        return Ok(None);
    }
    within(ledger, loaded)?;
    // Each finds one row, or somebody else was here.
    let mut one_row_each = vec![lane.advance(&mut asked, ledger.events.len(), stored(ledger.now))];
    let events: Vec<&Event> = ledger.events.iter().collect();
    if !events.is_empty() {
        asked.ask(event::WRITE, event::parameters(&events, lane.number, lane.sequence));
        if let Some(mentions) = event::mention_parameters(&events, lane.number, lane.sequence) {
            asked.ask(event::WRITE_MENTIONS, mentions);
        }
    }
    let own = events.iter().filter(|event| event.stream == Stream::Server).count();
    if own > 0 {
        let head = ledger.server_chain;
        let before = head.length.cast_signed() - i64::try_from(own).unwrap_or(0);
        one_row_each.push(asked.ask(WRITE_CHAIN, params![head.length.cast_signed(), head.hash.to_vec(), before]));
    }
    let told = link.send(asked).await?;
    match one_row_each.iter().all(|number| told.rows(*number).len() == 1) {
        true => Ok(Some(lane.advanced(events.len()))),
        false => Err(StoreError::Conflict("another writer took the lane or went on with the chain".to_owned())),
    }
}

/// What the ledger changed may be of licences alone that this batch has locked, or that are new.
fn within(ledger: &Ledger, loaded: &Loaded) -> Result<(), StoreError> {
    let sessions = ledger.sessions.changed().map(|(_, row)| row.license_id);
    let others = ledger.counters.changed().map(|(id, _)| *id).chain(ledger.licenses.changed().map(|(id, _)| *id));
    let others = others.chain(ledger.activations.changed().map(|(_, row)| row.license_id));
    let others = others.chain(ledger.denials.changed().map(|(_, row)| row.license_id));
    let changed: BTreeSet<LicenseId> = sessions.chain(others).collect();
    match changed.iter().find(|id| loaded.known.contains(id) && !loaded.locked.contains(id)) {
        None => Ok(()),
        Some(id) => Err(StoreError::Fault(format!("licence {id} was changed without its lock"))),
    }
}

/// Adds a statement for rows of one kind, if there are any.
macro_rules! write {
    ($asked:expr, $rows:expr, $sql:expr, $parameters:expr) => {{
        let rows: Vec<_> = $rows;
        if !rows.is_empty() {
            $asked.ask($sql, $parameters(&rows));
        }
    }};
}

macro_rules! changed {
    ($table:expr) => {
        $table.changed().map(|(_, row)| row).collect()
    };
}

/// What is sold.
fn books(asked: &mut Pipeline, ledger: &Ledger) {
    write!(asked, changed!(ledger.products), catalogue::WRITE_PRODUCTS, catalogue::product_parameters);
    write!(asked, changed!(ledger.customers), catalogue::WRITE_CUSTOMERS, catalogue::customer_parameters);
    write!(asked, changed!(ledger.licenses), license::WRITE, license::parameters);
    let mut counters: Vec<_> = ledger.counters.changed().map(|(id, row)| (*id, *row)).collect();
    counters.sort_by_key(|(id, _)| *id);
    write!(asked, counters.iter().collect(), license::WRITE_COUNTERS, license::counters_parameters);
    write!(asked, changed!(ledger.keys), key::WRITE, key::parameters);
}

/// Devices, sessions, and who is shut out.
fn seats(asked: &mut Pipeline, ledger: &Ledger, loaded: &Loaded) {
    let devices: Vec<_> = changed!(ledger.activations);
    if !devices.is_empty() {
        asked.ask(activation::WRITE, activation::parameters(&devices));
        for device in &devices {
            let before = loaded.fingerprints.get(&device.id).into_iter().flatten();
            let gone: Vec<String> = before.filter(|hash| !device.fingerprint.contains(hash)).cloned().collect();
            if !gone.is_empty() {
                asked.ask(activation::FORGET_HASHES, params![device.license_id.0, gone.clone(), device.id.0]);
                asked.ask(activation::FORGET_TRIED, params![device.license_id.0, gone, device.id.0]);
            }
        }
        asked.ask(activation::WRITE_HASHES, activation::hash_parameters(&devices));
        asked.ask(activation::WRITE_TRIED, activation::hash_parameters(&devices));
    }
    write!(asked, changed!(ledger.installations), activation::WRITE_INSTALLATIONS, activation::installation_parameters);
    // A holder's place is free before another takes it: first what ended, then what was detached.
    let mut sessions: Vec<_> = changed!(ledger.sessions);
    // Cached: telling who was detached takes a hash.
    sessions.sort_by_cached_key(|s: &&seatkeeper_domain::session::Session| {
        (s.live(), s.holder != HolderKey::detached(s.id), s.id)
    });
    let (stored, new): (Vec<_>, Vec<_>) = sessions.into_iter().partition(|s| ledger.sessions.is_stored(&s.id));
    write!(asked, stored, session::WRITE, session::parameters);
    write!(asked, new, session::NEW, session::parameters);
    let checkouts: Vec<_> = changed!(ledger.checkouts);
    let is_stored = |o: &&seatkeeper_domain::session::Checkout| ledger.checkouts.is_stored(&o.id);
    let (stored, new): (Vec<_>, Vec<_>) = checkouts.into_iter().partition(is_stored);
    write!(asked, stored, session::WRITE_CHECKOUTS, session::checkout_parameters);
    write!(asked, new, session::NEW_CHECKOUTS, session::checkout_parameters);
    if !ledger.unblocked.is_empty() {
        asked.ask(block::REMOVE, params![ledger.unblocked.iter().map(|id| id.0).collect::<Vec<_>>()]);
    }
    let blocks = ledger.blocks.changed().filter(|(id, _)| !ledger.unblocked.contains(id)).map(|(_, row)| row);
    write!(asked, blocks.collect(), block::WRITE, block::parameters);
}

/// Refusals, tokens, answers.
fn record(asked: &mut Pipeline, ledger: &Ledger) {
    let mut denials: Vec<_> = changed!(ledger.denials);
    denials.sort_by_key(|d: &&seatkeeper_domain::denial::Denial| (d.outcome.is_none(), d.id));
    write!(asked, denials.clone(), denial::WRITE, denial::parameters);
    write!(asked, denials, denial::WRITE_TRIES, denial::try_parameters);
    write!(asked, changed!(ledger.tokens), token::WRITE_TOKENS, token::token_parameters);
    write!(asked, changed!(ledger.signing_keys), token::WRITE_SIGNING_KEYS, token::signing_key_parameters);
    write!(asked, changed!(ledger.answered), token::WRITE_ANSWERED, token::answered_parameters);
    let mut attempts: Vec<_> = changed!(ledger.attempts);
    attempts.sort_by_key(|a: &&seatkeeper_domain::attempts::Attempts| a.address.clone());
    write!(asked, attempts, token::WRITE_ATTEMPTS, token::attempts_parameters);
}

/// Who signs in, and what is sent to them.
fn people(asked: &mut Pipeline, ledger: &Ledger) {
    write!(asked, changed!(ledger.accounts), account::WRITE, account::parameters);
    write!(asked, changed!(ledger.sign_ins), account::WRITE_SIGN_INS, account::sign_in_parameters);
    write!(asked, changed!(ledger.links), account::WRITE_LINKS, account::link_parameters);
    write!(asked, changed!(ledger.mails), account::WRITE_MAILS, account::mail_parameters);
    write!(asked, changed!(ledger.asks), ask::WRITE, ask::parameters);
}
