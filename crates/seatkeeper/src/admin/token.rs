//! `seatkeeper token …`: administration tokens.

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use seatkeeper_protocol::admin::{Role, Token, TokenIssued, TokenNew};
use uuid::Uuid;

use super::{Desk, Length, Listing, Names, Of, Verb};
use crate::arguments::{last_instant, shown_instant};

/// What can be done to tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token; it is printed alone, and only this once
    Create(Create),
    /// List the tokens
    List(Length),
    /// Revoke a token; it opens nothing from then on
    Revoke {
        /// The token's id
        id: Uuid,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What it may do
    #[arg(long)]
    role: RoleArg,
    /// The only customer that it sees: its id, your own id for it, or its exact name [default: all]
    #[arg(long)]
    customer: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
    /// Its last day, or the instant it ends (UTC) [default: never]
    #[arg(long, value_name = "DATE", value_parser = last_instant)]
    expires: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleArg {
    /// One customer's: what its admin may, and its people
    Owner,
    /// Everything; of one customer's, all but its people
    Admin,
    /// Products, customers and licences; and what support may
    Sales,
    /// Release, block, end devices, suspend; product keys
    Support,
    /// Read, without product keys
    Viewer,
}

impl RoleArg {
    pub(super) fn wire(self) -> Role {
        match self {
            RoleArg::Owner => Role::Owner,
            RoleArg::Admin => Role::Admin,
            RoleArg::Sales => Role::Sales,
            RoleArg::Support => Role::Support,
            RoleArg::Viewer => Role::Viewer,
        }
    }
}

const HEAD: &[&str] = &["label", "role", "customer", "made", "ends", "revoked", "id"];

impl Verb for TokenVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        match self {
            TokenVerb::Create(create) => {
                let customer_id = create.customer.as_deref().map(|word| client.customer_id(word)).transpose()?;
                let new = TokenNew {
                    label: create.label.clone(),
                    role: create.role.wire(),
                    customer_id,
                    expires_at: create.expires,
                };
                let answer = client.post("/v1/tokens", &new)?;
                desk.show(&answer, |issued: TokenIssued| issued.secret.expose().to_owned())
            }
            TokenVerb::List(length) => {
                let (of, none) = (Some(Of::Customers), "There are no tokens.");
                desk.list(&Listing { path: "/v1/tokens", query: &[], head: HEAD, of, none }, length, row)
            }
            TokenVerb::Revoke { id } => {
                let answer = client.delete(&format!("/v1/tokens/{id}"))?;
                let names = desk.names(Of::Customers, std::slice::from_ref(&answer));
                desk.show(&answer, |token| crate::out::table(HEAD, [row(&token, &names)]))
            }
        }
    }
}

fn row(token: &Token, customers: &Names) -> Vec<String> {
    vec![
        token.label.clone(),
        role(token.role).to_owned(),
        token.customer_id.map_or("all".to_owned(), |id| customers.of(id)),
        shown_instant(token.created_at),
        token.expires_at.map_or("never".to_owned(), shown_instant),
        token.revoked_at.map(shown_instant).unwrap_or_default(),
        token.id.to_string(),
    ]
}

/// A role as it is typed.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Sales => "sales",
        Role::Support => "support",
        Role::Viewer => "viewer",
    }
}
