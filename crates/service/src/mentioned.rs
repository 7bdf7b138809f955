//! Who and what events are about, by name: the record itself holds ids and commitments, so that names can be erased. Knows no
//! sentence.

use std::collections::HashMap;

use seatkeeper_domain::event::Event;
use seatkeeper_store::read::EventRow;
use serde_json::Value;
use uuid::Uuid;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// What is called by a name, of what events tell.
const NAMED: [&str; 5] = ["session", "denial", "activation", "account", "token"];

/// Names by the ids that events mention, of what exists for the reader: of people at work or their devices, of devices, of
/// people who sign in, of API tokens.
#[derive(Clone, Debug, Default)]
pub struct Mentioned(HashMap<Uuid, String>);

impl Mentioned {
    /// The name that belongs to an id.
    pub fn name(&self, id: Uuid) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }
}

impl FromIterator<(Uuid, String)> for Mentioned {
    fn from_iter<T: IntoIterator<Item = (Uuid, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

impl Service {
    /// The names that belong to a page of events.
    pub async fn mentioned(&self, admin: &Admin, events: &[EventRow]) -> Result<Mentioned, Failure> {
        let mut ids: Vec<Uuid> = events.iter().flat_map(|row| of(&row.event)).collect();
        ids.sort_unstable();
        ids.dedup();
        let scope = admin.scope();
        Ok(Mentioned(self.read(move |reader| reader.called(scope, &ids)).await?))
    }
}

/// The ids that an event mentions.
fn of(event: &Event) -> Vec<Uuid> {
    let actor = event.actor.split_once(':').and_then(|(_, id)| id.parse().ok());
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let named = NAMED.into_iter().filter_map(|member| body.get(member)?.as_str()?.parse().ok());
    named.chain(actor).collect()
}
