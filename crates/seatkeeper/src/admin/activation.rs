//! `seatkeeper activation …`: the devices admitted to licences.

use clap::{Args, Subcommand};
use seatkeeper_protocol::admin::{Activation, ActivationEnd};
use uuid::Uuid;

use super::{Desk, Length, Listing, Names, Of, Verb, Why};
use crate::arguments::shown_instant;
use crate::out::table;

/// What can be done to activations.
#[derive(Debug, Subcommand)]
pub(crate) enum ActivationVerb {
    /// List devices
    List(List),
    /// End a device (a lost laptop); its sessions end with it
    End {
        /// The activation
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
    #[command(flatten)]
    length: Length,
}

const HEAD: &[&str] = &["device", "licence", "os", "activated", "ended", "id"];
const NONE: &str = "No device was activated yet.";

impl Verb for ActivationVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        match self {
            ActivationVerb::List(List { license, length }) => {
                let license = license.as_deref().map(|word| client.license_id(word)).transpose()?;
                let query = [("license_id", license.map(|id| id.to_string()))];
                let of = Some(Of::Licenses);
                desk.list(&Listing { path: "/v1/activations", query: &query, head: HEAD, of, none: NONE }, length, row)
            }
            ActivationVerb::End { id, why } => {
                let answer = client.post(&format!("/v1/activations/{id}/end"), &why.body())?;
                let names = desk.names(Of::Licenses, std::slice::from_ref(&answer));
                desk.show(&answer, |activation| table(HEAD, [row(&activation, &names)]))
            }
        }
    }
}

fn row(activation: &Activation, licenses: &Names) -> Vec<String> {
    let why = match activation.end_reason {
        Some(ActivationEnd::Moved) => ", moved",
        Some(ActivationEnd::Blocked) => ", blocked",
        Some(ActivationEnd::Ended) | None => "",
    };
    vec![
        activation.device_name.clone().unwrap_or_default(),
        licenses.of(activation.license_id),
        activation.os.clone(),
        shown_instant(activation.activated_at),
        activation.ended_at.map(|at| shown_instant(at) + why).unwrap_or_default(),
        activation.id.to_string(),
    ]
}
