//! `seatkeeper denial …`: who was refused, why, and how it ended.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use seatkeeper_protocol::admin::{Denial, DenialOutcome};

use super::{Desk, Length, Listing, Names, Of, Verb};
use crate::arguments::{first_instant, last_instant, shown_instant};

/// What can be done to denials.
#[derive(Debug, Subcommand)]
pub(crate) enum DenialVerb {
    /// List refusals; tries of one person within a quarter of an hour are one
    List(List),
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
    /// With this request id, as the program's message shows it
    #[arg(long, value_name = "REQUEST")]
    request_id: Option<String>,
    /// From this day or instant (UTC)
    #[arg(long, value_name = "DATE", value_parser = first_instant)]
    since: Option<Timestamp>,
    /// Until this day or instant (UTC)
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    until: Option<Timestamp>,
    #[command(flatten)]
    length: Length,
}

const HEAD: &[&str] =
    &["first", "last", "user", "device", "licence", "code", "tries", "in use", "outcome", "last request"];
const NONE: &str = "Nobody was refused.";

impl Verb for DenialVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let DenialVerb::List(list) = self;
        let license = list.license.as_deref().map(|word| desk.client.license_id(word)).transpose()?;
        let customer = list.customer.as_deref().map(|word| desk.client.customer_id(word)).transpose()?;
        let query = [
            ("license_id", license.map(|id| id.to_string())),
            ("customer_id", customer.map(|id| id.to_string())),
            ("user", list.user.clone()),
            ("request_id", list.request_id.clone()),
            ("since", list.since.map(|at| at.to_string())),
            ("until", list.until.map(|at| at.to_string())),
        ];
        let of = Some(Of::Licenses);
        desk.list(&Listing { path: "/v1/denials", query: &query, head: HEAD, of, none: NONE }, &list.length, row)
    }
}

fn row(denial: &Denial, licenses: &Names) -> Vec<String> {
    let outcome = match denial.outcome {
        DenialOutcome::Open => "open",
        DenialOutcome::Granted => "granted",
        DenialOutcome::GaveUp => "gave up",
    };
    vec![
        shown_instant(denial.first_at),
        shown_instant(denial.last_at),
        denial.user.clone().unwrap_or_default(),
        denial.device_name.clone().unwrap_or_default(),
        licenses.of(denial.license_id),
        denial.code.to_string(),
        denial.tries.to_string(),
        format!("{} of {}", denial.in_use, denial.seats),
        outcome.to_owned(),
        denial.last_request_id.clone().unwrap_or_default(),
    ]
}
