//! Everything an administrator can do, as commands over the administration API: one file a noun. Decides nothing.

mod account;
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
use find::{Names, Of};
pub(crate) use server::{ServerArgs, local};

pub(crate) use account::AccountVerb;
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

/// A list, as it is asked for and shown.
struct Listing<'a> {
    path: &'a str,
    query: Query<'a>,
    head: &'a [&'a str],
    /// Whose names the rows say in place of ids.
    of: Option<Of>,
    /// What to say where there is nothing.
    none: &'a str,
}

impl Desk<'_> {
    /// Prints a list as a table.
    fn list<T: DeserializeOwned>(
        &self,
        listing: &Listing<'_>,
        length: &Length,
        row: impl Fn(&T, &Names) -> Vec<String>,
    ) -> anyhow::Result<()> {
        let list = self.client.list(listing.path, listing.query, length.cursor.clone(), length.limit)?;
        let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = listing.of.map(|of| self.names(of, items)).unwrap_or_default();
        let shown = |list: List<T>| table(listing.head, list.items.iter().map(|item| row(item, &names)));
        self.out.answer(&list, shown)?;
        if items.is_empty() && !self.out.json {
            let asked = length.cursor.is_some() || listing.query.iter().any(|(_, value)| value.is_some());
            eprintln!("{}", if asked { "There is nothing of that kind." } else { listing.none });
        }
        if let (true, Some(cursor)) = (items.len() >= length.limit, list["next_cursor"].as_str()) {
            eprintln!("There may be more: --limit shows more at once, --cursor {cursor} what follows.");
        }
        Ok(())
    }

    /// What people call what the rows belong to. JSON says ids, as the server does.
    fn names(&self, of: Of, rows: &[Value]) -> Names {
        if self.out.json { Names::default() } else { self.client.names(of, rows) }
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
