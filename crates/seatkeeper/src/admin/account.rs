//! `seatkeeper account …`: people who sign in to the pages, kept on the server's own machine.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use seatkeeper_protocol::Secret;
use seatkeeper_protocol::admin::{Account, AccountDisabled, AccountErased, AccountNew, LinkAsked, LinkMade};

use super::token::{RoleArg, role};
use super::{Desk, Length, Listing, Names, Of, Verb};
use crate::arguments::shown_instant;
use crate::out;

/// What can be done to accounts, as the owner of the server's machine.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountVerb {
    /// Let somebody in: they are invited by mail, unless a password is given
    Invite(Invite),
    /// List the vendor's people, or a customer's
    List {
        /// The customer: its id, your own id for it, or its exact name [default: the vendor's people]
        #[arg(long)]
        customer: Option<String>,
        #[command(flatten)]
        length: Length,
    },
    /// Shut an account: what is signed in with it ends
    Disable {
        /// Its mail address
        email: String,
    },
    /// Open an account that was shut
    Enable {
        /// Its mail address
        email: String,
    },
    /// Erase the name and mail address of an account that is shut; what it did stays on the record
    Erase {
        /// Its mail address
        email: String,
    },
    /// Print a link that is good once: to make an administrator, or to choose a new password
    Link {
        /// The mail address of the account that is to choose a new password [default: a new administrator]
        #[arg(long)]
        email: Option<String>,
        /// Where the pages are
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4870")]
        pages: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// Their mail address
    #[arg(long)]
    email: String,
    /// Their name
    #[arg(long)]
    name: String,
    /// What they may do
    #[arg(long)]
    role: RoleArg,
    /// The customer whose person they are: its id, your own id for it, or its exact name [default: the vendor's]
    #[arg(long)]
    customer: Option<String>,
    /// Give them the password in this file (`-` for standard input), and invite nobody
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

const HEAD: &[&str] = &["name", "mail address", "role", "customer", "two-factor", "state", "made"];

impl Verb for AccountVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        let customer = |word: &Option<String>| word.as_deref().map(|word| client.customer_id(word)).transpose();
        let one = |desk: &Desk<'_>, answer: &serde_json::Value| {
            let names = desk.names(Of::Customers, std::slice::from_ref(answer));
            desk.show(answer, |account| out::table(HEAD, [row(&account, &names)]))
        };
        match self {
            AccountVerb::Invite(invite) => {
                let new = AccountNew {
                    customer_id: customer(&invite.customer)?,
                    email: invite.email.clone(),
                    name: invite.name.clone(),
                    role: invite.role.wire(),
                    password: invite.password_file.as_ref().map(password).transpose()?,
                };
                one(desk, &client.post("/local/accounts", &new)?)
            }
            AccountVerb::List { customer: word, length } => {
                let customer = customer(word)?.map(|id| id.to_string());
                let query = &[("customer_id", customer)];
                let (of, none) = (Some(Of::Customers), "There are no accounts.");
                desk.list(&Listing { path: "/local/accounts", query, head: HEAD, of, none }, length, row)
            }
            AccountVerb::Disable { email } => shut(desk, email, true).and_then(|answer| one(desk, &answer)),
            AccountVerb::Enable { email } => shut(desk, email, false).and_then(|answer| one(desk, &answer)),
            AccountVerb::Erase { email } => {
                one(desk, &client.post("/local/accounts/erase", &AccountErased { email: email.clone() })?)
            }
            AccountVerb::Link { email, pages } => {
                let answer = client.post("/local/links", &LinkAsked { email: email.clone() })?;
                let pages = pages.trim_end_matches('/');
                desk.show(&answer, |made: LinkMade| format!("{pages}{}", made.path.expose()))
            }
        }
    }
}

fn shut(desk: &Desk<'_>, email: &str, disabled: bool) -> anyhow::Result<serde_json::Value> {
    desk.client.post("/local/accounts/disable", &AccountDisabled { email: email.to_owned(), disabled })
}

/// The first line of a file, or of standard input.
fn password(file: &PathBuf) -> anyhow::Result<Secret> {
    let text = match file.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin()),
        _ => std::fs::read_to_string(file),
    };
    let text = text.with_context(|| format!("the password cannot be read from {}", file.display()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => bail!("there is no password in {}", file.display()),
    }
}

fn row(account: &Account, customers: &Names) -> Vec<String> {
    let state = match (account.disabled_at, account.has_password) {
        (Some(_), _) => "disabled",
        (None, false) => "invited",
        (None, true) => "active",
    };
    vec![
        account.name.clone(),
        account.email.clone(),
        role(account.role).to_owned(),
        account.customer_id.map_or("the vendor's".to_owned(), |id| customers.of(id)),
        if account.two_factor { "on" } else { "off" }.to_owned(),
        state.to_owned(),
        shown_instant(account.created_at),
    ]
}
