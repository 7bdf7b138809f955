//! What an engine loaded, beside what the model loads. An engine may load more rows than were asked for, as
//! long as they are true; candidates and counts decide, and must be the same.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;

use seatkeeper_domain::ledger::{Ledger, Table};

use crate::conformance::Books;

/// The first difference.
pub(super) fn ledgers(engine: &Ledger, model: &Ledger, books: &Books) -> Result<(), String> {
    same("now", &engine.now, &model.now)?;
    same("opened_at", &engine.opened_at, &model.opened_at)?;
    same("epoch", &engine.epoch, &model.epoch)?;
    same("server_chain", &engine.server_chain, &model.server_chain)?;
    rows("licenses", &engine.licenses, &model.licenses, &books.licenses)?;
    rows("counters", &engine.counters, &model.counters, &books.counters)?;
    rows("keys", &engine.keys, &model.keys, &books.keys)?;
    rows("activations", &engine.activations, &model.activations, &books.activations)?;
    rows("installations", &engine.installations, &model.installations, &books.installations)?;
    rows("sessions", &engine.sessions, &model.sessions, &books.sessions)?;
    rows("checkouts", &engine.checkouts, &model.checkouts, &books.checkouts)?;
    rows("blocks", &engine.blocks, &model.blocks, &books.blocks)?;
    rows("denials", &engine.denials, &model.denials, &books.denials)?;
    rows("products", &engine.products, &model.products, &books.products)?;
    rows("customers", &engine.customers, &model.customers, &books.customers)?;
    rows("tokens", &engine.tokens, &model.tokens, &books.tokens)?;
    rows("signing_keys", &engine.signing_keys, &model.signing_keys, &books.signing_keys)?;
    rows("answered", &engine.answered, &model.answered, &books.answered)?;
    rows("attempts", &engine.attempts, &model.attempts, &books.attempts)?;
    rows("accounts", &engine.accounts, &model.accounts, &books.accounts)?;
    rows("sign_ins", &engine.sign_ins, &model.sign_ins, &books.sign_ins)?;
    rows("links", &engine.links, &model.links, &books.links)?;
    rows("mails", &engine.mails, &model.mails, &books.mails)?;
    rows("asks", &engine.asks, &model.asks, &books.asks)?;
    for license in books.licenses.keys() {
        let of = |ledger: &Ledger| ledger.candidates.get(license).cloned().unwrap_or_default();
        same("candidates", &of(engine), &of(model))?;
    }
    for (device, holders) in &model.holders_on {
        same("holders_on", &engine.holders_on.get(device), &Some(holders))?;
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, engine: &T, model: &T) -> Result<(), String> {
    if engine == model { Ok(()) } else { Err(format!("{what}: the engine has {engine:?}, the model {model:?}")) }
}

/// All that the model loaded is there, and all that is there is true.
fn rows<K, V>(what: &str, engine: &Table<K, V>, model: &Table<K, V>, books: &BTreeMap<K, V>) -> Result<(), String>
where
    K: Ord + Eq + Hash + Debug,
    V: PartialEq + Debug,
{
    let mut there = 0;
    for (key, row) in books {
        let loaded = engine.get(key);
        if loaded.is_none() && model.get(key).is_some() {
            return Err(format!("{what}: {key:?} was not loaded"));
        }
        if let Some(loaded) = loaded {
            same(what, loaded, row)?;
            there += 1;
        }
    }
    same(&format!("{what} that were made up"), &(engine.values().count() - there), &0)
}
