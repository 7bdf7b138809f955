//! `seatkeeper event …`: everything that changed, by whom.

use clap::Subcommand;
use seatkeeper_protocol::admin::Event;

use super::{Desk, Length, Listing, Names, Verb};
use crate::arguments::shown_instant;

/// What can be done to events.
#[derive(Debug, Subcommand)]
pub(crate) enum EventVerb {
    /// List events, the oldest first
    List(Length),
}

impl Verb for EventVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let EventVerb::List(length) = self;
        let head = &["at", "what", "by", "particulars"];
        let none = "Nothing has happened yet.";
        desk.list(&Listing { path: "/v1/events", query: &[], head, of: None, none }, length, row)
    }
}

fn row(event: &Event, _: &Names) -> Vec<String> {
    let by = match event.actor.id {
        Some(id) => format!("{} {id}", event.actor.kind),
        None => event.actor.kind.clone(),
    };
    let particulars = event.data.iter().map(|(name, value)| format!("{name}={value}"));
    let particulars: Vec<String> = particulars.collect();
    vec![shown_instant(event.at), event.kind.clone(), by, particulars.join(" ")]
}
