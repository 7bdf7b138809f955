//! The product keys of a licence: their labels and cut-offs, the secret for those who may see it, and reissue.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use seatkeeper_protocol::admin::{self, Key, KeyIssued, KeyNew, KeyPatch, KeySecret, List};
use serde::Deserialize;
use uuid::Uuid;

use super::export::Export;
use super::{Desk, Named};
use crate::arguments::{Seconds, last_instant, shown_instant};
use crate::out::{details, table};

/// What can be done to product keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Add a product key, for a site or a group
    Add(Add),
    /// Change a product key's label or cut-offs
    Change(Change),
    /// Show a product key again; that it was shown is recorded
    Secret(Secret),
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    named: Named,
    /// Who it is for
    #[arg(long)]
    label: String,
    /// Admit no new device after (UTC)
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    activate_until: Option<Timestamp>,
    /// Open no program after (UTC)
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    open_until: Option<Timestamp>,
    /// Renew no lease after (UTC)
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    refresh_until: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    named: Named,
    /// Its label or id
    key: String,
    /// Another label
    #[arg(long)]
    label: Option<String>,
    /// Admit no new device after (UTC), or `never`
    #[arg(long, value_name = "DATE", value_parser = cut_off)]
    activate_until: Option<CutOff>,
    /// Open no program after (UTC), or `never`
    #[arg(long, value_name = "DATE", value_parser = cut_off)]
    open_until: Option<CutOff>,
    /// Renew no lease after (UTC), or `never`
    #[arg(long, value_name = "DATE", value_parser = cut_off)]
    refresh_until: Option<CutOff>,
}

/// An instant, or none.
type CutOff = Box<Option<Timestamp>>;

fn cut_off(text: &str) -> Result<CutOff, String> {
    if text == "never" { Ok(Box::new(None)) } else { last_instant(text).map(|at| Box::new(Some(at))) }
}

#[derive(Debug, Args)]
pub(crate) struct Secret {
    #[command(flatten)]
    named: Named,
    /// Its label or id [default: the only one that opens programs for ever]
    key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Reissue {
    #[command(flatten)]
    named: Named,
    /// The key to replace, by its label or id [default: the only one that opens programs for ever]
    #[arg(long)]
    key: Option<String>,
    /// So long the old key works as before
    #[arg(long, value_name = "DURATION", default_value = "0")]
    overlap: Seconds,
    /// When programs open with the old key end [default: they go on as long as they are open]
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    end_open_at: Option<Timestamp>,
    /// Give the licence a new serial number too
    #[arg(long)]
    new_serial_number: bool,
}

impl KeyVerb {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        match self {
            KeyVerb::Export(export) => export.run(desk),
            KeyVerb::Add(add) => {
                let new = KeyNew {
                    label: add.label.clone(),
                    activate_until: add.activate_until,
                    open_until: add.open_until,
                    refresh_until: add.refresh_until,
                };
                let answer = desk.client.post(&add.named.path(desk, "keys")?, &new)?;
                desk.show(&answer, |issued: KeyIssued| issued_lines(&issued))
            }
            KeyVerb::Change(change) => {
                let path = change.named.path(desk, "keys")?;
                let id = find(desk, &path, Some(&change.key))?.id;
                let patch = KeyPatch {
                    label: change.label.clone(),
                    activate_until: change.activate_until.as_deref().copied(),
                    open_until: change.open_until.as_deref().copied(),
                    refresh_until: change.refresh_until.as_deref().copied(),
                };
                let answer = desk.client.patch(&format!("{path}/{id}"), &patch)?;
                desk.show(&answer, |key| table(HEAD, [row(&key)]))
            }
            KeyVerb::Secret(secret) => {
                let path = secret.named.path(desk, "keys")?;
                let id = find(desk, &path, secret.key.as_deref())?.id;
                let answer = desk.client.get(&format!("{path}/{id}/secret"), &[])?;
                desk.show(&answer, |key: KeySecret| {
                    let product_key = Some(key.product_key.expose().to_owned());
                    details(&[("serial number", Some(key.serial_number)), ("product key", product_key)])
                })
            }
        }
    }
}

impl Reissue {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let key_id: Option<Uuid> = match &self.key {
            Some(word) => Some(find(desk, &self.named.path(desk, "keys")?, Some(word))?.id),
            None => None,
        };
        let reissue = admin::Reissue {
            key_id,
            new_serial_number: self.new_serial_number,
            overlap_seconds: self.overlap.0,
            end_open_at: self.end_open_at,
        };
        let answer = desk.client.post(&self.named.path(desk, "reissue")?, &reissue)?;
        desk.show(&answer, |issued: KeyIssued| issued_lines(&issued))
    }
}

const HEAD: &[&str] =
    &["label", "ends in", "devices", "activates until", "opens until", "refreshes until", "made", "id"];

/// `license keys`.
pub(super) fn list(named: &Named, desk: &Desk<'_>) -> anyhow::Result<()> {
    let answer = desk.client.get(&named.path(desk, "keys")?, &[])?;
    desk.show(&answer, |list: List<Key>| table(HEAD, list.items.iter().map(row)))
}

fn row(key: &Key) -> Vec<String> {
    let until = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), shown_instant);
    vec![
        key.label.clone(),
        key.hint.clone(),
        key.devices.to_string(),
        until(key.activate_until),
        until(key.open_until),
        until(key.refresh_until),
        shown_instant(key.created_at),
        key.id.to_string(),
    ]
}

fn issued_lines(issued: &KeyIssued) -> String {
    details(&[
        ("serial number", Some(issued.serial_number.clone())),
        ("product key", Some(issued.product_key.expose().to_owned())),
        ("label", Some(issued.key.label.clone()).filter(|label| !label.is_empty())),
        ("id", Some(issued.key.id.to_string())),
    ])
}

/// A key by its label or id; without a word, the only one that stands.
fn find(desk: &Desk<'_>, path: &str, word: Option<&str>) -> anyhow::Result<Key> {
    let keys = List::<Key>::deserialize(desk.client.get(path, &[])?)?.items;
    let fits = |key: &Key| match word {
        Some(word) => key.label == word || key.id.to_string() == word,
        None => key.open_until.is_none(),
    };
    let mut fitting = keys.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => anyhow::bail!("the licence has no such product key; see `seatkeeper license keys`"),
        (Some(_), Some(_)) => anyhow::bail!("which product key? Name it by its id; see `seatkeeper license keys`"),
    }
}
