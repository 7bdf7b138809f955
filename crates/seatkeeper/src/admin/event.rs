//! `seatkeeper event …`: everything that changed, by whom; also as it happens.

use std::thread;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use seatkeeper_protocol::Problem;
use seatkeeper_protocol::admin::{Event, List};
use serde::Deserialize;
use serde_json::Value;

use super::{Desk, Length, Listing, Names, Verb};
use crate::arguments::shown_instant;
use crate::out::{Out, printable, read_line};

/// How long the server is asked to wait for the next event, in seconds.
const WAIT: &str = "20";
/// Before a server that went away is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// What can be done to events.
#[derive(Debug, Subcommand)]
pub(crate) enum EventVerb {
    /// List events, the oldest first
    List(Events),
}

/// Which events.
#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    length: Length,
    /// Print what happens from now on (or after --cursor) as it happens, until interrupted; with --json, one event a line
    #[arg(long, conflicts_with = "limit")]
    follow: bool,
}

impl Verb for EventVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let EventVerb::List(events) = self;
        if events.follow {
            return follow(desk, events.length.cursor.clone());
        }
        let head = &["at", "what", "by", "particulars"];
        let none = "Nothing has happened yet.";
        desk.list(&Listing { path: "/v1/events", query: &[], head, of: None, none }, &events.length, row)
    }
}

/// Prints events as they happen, while somebody reads. A server that goes away is waited for, once it has answered at all.
fn follow(desk: &Desk<'_>, cursor: Option<String>) -> anyhow::Result<()> {
    let mut cursor = cursor.unwrap_or_else(|| "now".to_owned());
    let (mut answered, mut away) = (false, false);
    loop {
        // The first answer says where to go on; it is not waited for.
        let wait = answered.then(|| WAIT.to_owned());
        match desk.client.get("/v1/events", &[("cursor", Some(cursor.clone())), ("wait", wait)]) {
            Ok(page) => {
                cursor = page["next_cursor"].as_str().context("the server's list has no cursor")?.to_owned();
                (answered, away) = (true, false);
                if !shown(desk.out, &page)? {
                    return Ok(());
                }
            }
            Err(error) if answered && may_pass(&error) => {
                if !away {
                    eprintln!("{}", printable(&format!("{error:#}: waiting for the server …")));
                }
                away = true;
                thread::sleep(AGAIN);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether it may be over in a while: no answer, or one that says so.
fn may_pass(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Problem>().is_none_or(|problem| problem.status == 503)
}

/// Prints a page, a line for each event; whether somebody still reads.
fn shown(out: Out, page: &Value) -> anyhow::Result<bool> {
    let lines: Vec<String> = if out.json {
        page["items"].as_array().context("the server's list has no items")?.iter().map(Value::to_string).collect()
    } else {
        let text = |event: &Event| printable(&row(event, &Names::default()).join("  "));
        List::<Event>::deserialize(page)?.items.iter().map(text).collect()
    };
    Ok(lines.is_empty() || read_line(&lines.join("\n"))?)
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
