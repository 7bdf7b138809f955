//! `seatkeeper customer …`: the companies that bought licences.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use seatkeeper_protocol::admin::{Contact, Customer, CustomerNew, CustomerPatch, EraseNames, NamesErased};
use serde_json::Value;

use super::{Desk, Length, Listing, Names, Verb};
use crate::arguments::{contact, metadata, shown_instant};
use crate::out::details;

/// What can be done to customers.
#[derive(Debug, Subcommand)]
pub(crate) enum CustomerVerb {
    /// Enter a customer
    Add(Add),
    /// List the customers
    List(Length),
    /// Show a customer
    Show {
        /// Its id, your own id for it, or its exact name
        customer: String,
    },
    /// Change a customer
    ///
    /// What is given takes the place of what was before; an empty word ('') is none. What is not given stays.
    Change(Change),
    /// Forget a person's names in all that is over
    EraseNames {
        /// The customer: its id, your own id for it, or its exact name
        customer: String,
        /// The person's user name, whatever its case
        #[arg(long, value_name = "NAME")]
        user: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The company's name
    name: String,
    #[command(flatten)]
    more: More,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Its id, your own id for it, or its exact name
    customer: String,
    /// Another name
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    more: More,
}

/// What is said of a customer besides its name; in a change, each in place of what was before, and an empty word for none.
#[derive(Debug, Args)]
pub(crate) struct More {
    /// Your own id for it, as in your CRM; unique
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// A person there; repeat it for more
    #[arg(long = "contact", value_name = "EMAIL[=NAME]", value_parser = contact)]
    contacts: Option<Vec<Contact>>,
    /// Language and country for texts, such as de-AT
    #[arg(long)]
    locale: Option<String>,
    /// Time zone for dates in texts, such as Europe/Vienna
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Whatever your CRM wants to find again; repeat it for more
    #[arg(long, value_name = "KEY=VALUE", value_parser = metadata)]
    metadata: Option<Vec<(String, Value)>>,
}

impl More {
    fn contacts(&self) -> Option<Vec<Contact>> {
        let contacts = self.contacts.clone()?.into_iter();
        Some(contacts.filter(|contact| !contact.email.is_empty()).collect())
    }

    fn metadata(&self) -> Option<BTreeMap<String, Value>> {
        self.metadata.clone().map(|pairs| pairs.into_iter().filter(|(key, _)| !key.is_empty()).collect())
    }
}

impl Verb for CustomerVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        match self {
            CustomerVerb::Add(Add { name, more }) => {
                let new = CustomerNew {
                    name: name.clone(),
                    external_id: more.external_id.clone(),
                    metadata: more.metadata().unwrap_or_default(),
                    contacts: more.contacts().unwrap_or_default(),
                    locale: more.locale.clone(),
                    time_zone: more.time_zone.clone(),
                };
                desk.show(&client.post("/v1/customers", &new)?, shown)
            }
            CustomerVerb::List(length) => {
                let head = &["name", "external id", "since", "id"];
                let none = "There are no customers yet: `seatkeeper customer add NAME` enters one.";
                desk.list(&Listing { path: "/v1/customers", query: &[], head, of: None, none }, length, row)
            }
            CustomerVerb::Show { customer } => {
                let id = client.customer_id(customer)?;
                desk.show(&client.get(&format!("/v1/customers/{id}"), &[])?, shown)
            }
            CustomerVerb::Change(Change { customer, name, more }) => {
                let id = client.customer_id(customer)?;
                let or_none =
                    |word: &Option<String>| word.clone().map(|word| Some(word).filter(|word| !word.is_empty()));
                let patch = CustomerPatch {
                    name: name.clone(),
                    external_id: or_none(&more.external_id),
                    metadata: more.metadata(),
                    contacts: more.contacts(),
                    locale: or_none(&more.locale),
                    time_zone: or_none(&more.time_zone),
                };
                desk.show(&client.patch(&format!("/v1/customers/{id}"), &patch)?, shown)
            }
            CustomerVerb::EraseNames { customer, user } => {
                let id = client.customer_id(customer)?;
                let answer =
                    client.post(&format!("/v1/customers/{id}/erase-names"), &EraseNames { user: user.clone() })?;
                desk.show(&answer, |erased: NamesErased| format!("Names erased in {} places.", erased.rows))
            }
        }
    }
}

fn row(customer: &Customer, _: &Names) -> Vec<String> {
    let external_id = customer.external_id.clone().unwrap_or_default();
    vec![customer.name.clone(), external_id, shown_instant(customer.created_at), customer.id.to_string()]
}

fn shown(customer: Customer) -> String {
    let people = customer.contacts.iter().map(|contact| match &contact.name {
        Some(name) => format!("{name} <{}>", contact.email),
        None => contact.email.clone(),
    });
    let people: Vec<String> = people.collect();
    let notes: Vec<String> = customer.metadata.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let some = |list: Vec<String>| Some(list.join(", ")).filter(|list| !list.is_empty());
    details(&[
        ("name", Some(customer.name)),
        ("external id", customer.external_id),
        ("contacts", some(people)),
        ("locale", customer.locale),
        ("time zone", customer.time_zone),
        ("metadata", some(notes)),
        ("since", Some(shown_instant(customer.created_at))),
        ("id", Some(customer.id.to_string())),
    ])
}
