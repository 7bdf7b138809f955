//! Who and what events are about, by name: the record itself holds ids and commitments, so that names can be erased. Knows no
//! sentence.

use std::collections::{BTreeSet, HashMap};

use seatkeeper_domain::event::Event;
use seatkeeper_domain::holder::Names;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::{EventRow, Reader, Scope};
use serde_json::Value;
use uuid::Uuid;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// Names by the ids that events mention, of those that exist for the reader.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    /// Of sessions and denials.
    pub holders: HashMap<Uuid, Names>,
    /// Of devices.
    pub devices: HashMap<Uuid, String>,
    /// Of people who sign in.
    pub people: HashMap<Uuid, String>,
    /// Of API tokens.
    pub tokens: HashMap<Uuid, String>,
}

impl Service {
    /// The names that belong to a page of events.
    pub async fn mentioned(&self, admin: &Admin, events: &[EventRow]) -> Result<Mentioned, Failure> {
        let scope = admin.scope();
        let asked: BTreeSet<(What, Uuid)> = events.iter().flat_map(|row| of(&row.event)).collect();
        self.read(move |reader| {
            let mut mentioned = Mentioned::default();
            for (what, id) in asked {
                name(reader, scope, &mut mentioned, what, id)?;
            }
            Ok(mentioned)
        })
        .await
    }
}

/// What an id is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Session,
    Denial,
    Device,
    Account,
    Token,
}

/// The ids that an event mentions.
fn of(event: &Event) -> Vec<(What, Uuid)> {
    let actor = event.actor.split_once(':').and_then(|(what, id)| {
        let what = match what {
            "device" => What::Device,
            "account" => What::Account,
            "token" => What::Token,
            _ => return None,
        };
        Some((what, id.parse().ok()?))
    });
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let members = [
        ("session", What::Session),
        ("denial", What::Denial),
        ("activation", What::Device),
        ("account", What::Account),
        ("token", What::Token),
    ];
    let named =
        members.into_iter().filter_map(|(member, what)| Some((what, body.get(member)?.as_str()?.parse().ok()?)));
    named.chain(actor).collect()
}

fn name(reader: &dyn Reader, scope: Scope, mentioned: &mut Mentioned, what: What, id: Uuid) -> Result<(), StoreError> {
    match what {
        What::Session => {
            let row = reader.session(scope, id.into())?;
            mentioned.holders.extend(row.map(|row| (id, row.session.names)));
        }
        What::Denial => mentioned.holders.extend(reader.denial(scope, id.into())?.map(|denial| (id, denial.names))),
        What::Device => {
            let name = reader.activation(scope, id.into())?.and_then(|device| device.names.device_name);
            mentioned.devices.extend(name.map(|name| (id, name)));
        }
        What::Account => mentioned.people.extend(reader.account(scope, id.into())?.map(|person| (id, person.name))),
        What::Token => {
            let own = |customer| scope.customer().is_none_or(|own| customer == Some(own));
            let token = reader.token(id.into())?.filter(|token| own(token.customer_id));
            mentioned.tokens.extend(token.map(|token| (id, token.label)));
        }
    }
    Ok(())
}
