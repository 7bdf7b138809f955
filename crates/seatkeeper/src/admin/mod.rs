//! Everything an administrator can do, as commands over the administration API: one file a noun. Decides nothing.

mod activation;
pub(crate) mod client;
mod customer;
mod denial;
mod event;
mod find;
mod key;
mod license;
mod product;
mod server;
mod session;
mod socket;
mod token;

use clap::{Args, Subcommand};
use seatkeeper_protocol::admin::{List, Reason};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::out::{Out, table};
use client::{Client, Query};
pub(crate) use server::{ServerArgs, data_folder, local};

pub(crate) use activation::ActivationVerb;
pub(crate) use customer::CustomerVerb;
pub(crate) use denial::DenialVerb;
pub(crate) use event::EventVerb;
pub(crate) use key::KeyVerb;
pub(crate) use license::LicenseVerb;
pub(crate) use product::ProductVerb;
pub(crate) use session::SessionVerb;
pub(crate) use token::TokenVerb;

/// A noun: what is done to it, and on which server.
#[derive(Debug, Args)]
pub(crate) struct Noun<V: Subcommand> {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    verb: V,
}

/// What can be done to a noun.
pub(crate) trait Verb {
    /// Does it.
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()>;

    /// Does what is done to a data folder itself; none where a server is asked.
    fn without_server(&self, _: &ServerArgs) -> Option<anyhow::Result<()>> {
        None
    }
}

impl<V: Subcommand + Verb> Noun<V> {
    /// Does what was asked, on the server that was named.
    pub(crate) fn run(&self, out: Out) -> anyhow::Result<()> {
        if let Some(done) = self.verb.without_server(&self.server) {
            return done;
        }
        let connected = self.server.connect()?;
        self.verb.run(&Desk { client: &connected.client, out })
    }
}

/// Where an administrator sits: the server in front of them, and where they read its answers.
pub(crate) struct Desk<'a> {
    client: &'a Client,
    out: Out,
}

/// How much of a list is shown.
#[derive(Debug, Clone, Args)]
pub(crate) struct Length {
    /// Show so many at most
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// Go on after this cursor, the `next_cursor` of a list before
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
}

impl Desk<'_> {
    /// Prints a list as a table.
    fn list<T: DeserializeOwned>(
        &self,
        (path, query): (&str, Query<'_>),
        length: &Length,
        head: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) -> anyhow::Result<()> {
        let list = self.client.list(path, query, length.cursor.clone(), length.limit)?;
        let shown = |list: &List<T>| table(head, list.items.iter().map(row));
        self.out.answer(&list, |list| shown(&list))?;
        let full = list["items"].as_array().is_some_and(|items| items.len() >= length.limit);
        if let (true, Some(cursor)) = (full, list["next_cursor"].as_str()) {
            eprintln!("There may be more: --limit shows more at once, --cursor {cursor} what follows.");
        }
        Ok(())
    }

    /// Prints an answer; one that says nothing prints nothing.
    fn show<T: DeserializeOwned>(&self, answer: &Value, show: impl FnOnce(T) -> String) -> anyhow::Result<()> {
        if answer.is_null() { Ok(()) } else { self.out.answer(answer, show) }
    }
}

/// Why something is done; kept with the event.
#[derive(Debug, Clone, Args)]
pub(crate) struct Why {
    /// Why, in your words; kept in the record of events
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Why {
    fn body(&self) -> Reason {
        Reason { reason: self.reason.clone() }
    }
}
