//! `seatkeeper event …`: everything that changed, by whom.

use clap::Subcommand;
use seatkeeper_protocol::admin::Event;

use super::{Desk, Length, Verb};
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
        desk.list(("/v1/events", &[]), length, &["at", "what", "by", "particulars"], row)
    }
}

fn row(event: &Event) -> Vec<String> {
    let by = match event.actor.id {
        Some(id) => format!("{} {id}", event.actor.kind),
        None => event.actor.kind.clone(),
    };
    let particulars = event.data.iter().map(|(name, value)| format!("{name}={value}"));
    let particulars: Vec<String> = particulars.collect();
    vec![shown_instant(event.at), event.kind.clone(), by, particulars.join(" ")]
}
