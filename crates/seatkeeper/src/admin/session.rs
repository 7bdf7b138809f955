//! `seatkeeper session …`: who holds what, and giving a seat back for somebody.

use clap::{Args, Subcommand, ValueEnum};
use seatkeeper_protocol::admin::{Release, Session, SessionState};
use uuid::Uuid;

use super::{Desk, Length, Listing, Names, Of, Verb, Why};
use crate::arguments::shown_instant;

/// What can be done to sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionVerb {
    /// List who holds seats
    List(List),
    /// Give a seat back for somebody who forgot to
    Release {
        /// The session
        id: Uuid,
        #[command(flatten)]
        why: Why,
    },
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Of this licence: its serial number or id
    #[arg(long)]
    license: Option<String>,
    /// Of this customer: its id, your own id for it, or its exact name
    #[arg(long)]
    customer: Option<String>,
    /// Of users whose name holds this
    #[arg(long)]
    user: Option<String>,
    /// On devices whose name holds this
    #[arg(long)]
    device: Option<String>,
    /// Only those in this state [default: all that hold a seat]
    #[arg(long)]
    state: Option<State>,
    /// Of devices activated with this product key, by its id
    #[arg(long, value_name = "ID")]
    key: Option<Uuid>,
    #[command(flatten)]
    length: Length,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// The lease runs
    Live,
    /// The lease is over, the seat held
    Silent,
    /// The seat is free
    Ended,
}

impl State {
    fn wire(self) -> String {
        match self {
            State::Live => "live",
            State::Silent => "silent",
            State::Ended => "ended",
        }
        .to_owned()
    }
}

const HEAD: &[&str] = &["user", "device", "licence", "version", "state", "since", "refreshed", "back by", "id"];
const NONE: &str = "Nobody holds a seat.";

impl Verb for SessionVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        match self {
            SessionVerb::List(list) => {
                let license = list.license.as_deref().map(|word| client.license_id(word)).transpose()?;
                let customer = list.customer.as_deref().map(|word| client.customer_id(word)).transpose()?;
                let query = [
                    ("license_id", license.map(|id| id.to_string())),
                    ("customer_id", customer.map(|id| id.to_string())),
                    ("user", list.user.clone()),
                    ("device", list.device.clone()),
                    ("state", list.state.map(State::wire)),
                    ("key_id", list.key.map(|id| id.to_string())),
                ];
                let of = Some(Of::Licenses);
                desk.list(
                    &Listing { path: "/v1/sessions", query: &query, head: HEAD, of, none: NONE },
                    &list.length,
                    row,
                )
            }
            SessionVerb::Release { id, why } => {
                let answer = client.post(&format!("/v1/sessions/{id}/release"), &why.body())?;
                desk.show(&answer, |release: Release| release.message)
            }
        }
    }
}

fn row(session: &Session, licenses: &Names) -> Vec<String> {
    let state = match session.state {
        SessionState::Live => "live".to_owned(),
        SessionState::Silent => "silent".to_owned(),
        SessionState::Ended => session.end_reason.as_ref().map_or("ended".to_owned(), |why| format!("ended: {why}")),
    };
    let device = session.device_name.clone().unwrap_or_default();
    let device = match &session.os_session {
        Some(os_session) => format!("{device} ({os_session})"),
        None => device,
    };
    vec![
        session.user.clone().unwrap_or_default(),
        device,
        licenses.of(session.license_id),
        session.version.clone(),
        state,
        shown_instant(session.started_at),
        shown_instant(session.last_refreshed_at),
        session.back_by.map_or("when returned".to_owned(), shown_instant),
        session.id.to_string(),
    ]
}
