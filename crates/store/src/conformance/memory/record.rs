//! What is read of the record, said by the model.

use std::collections::HashMap;

use jiff::Timestamp;
use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_domain::holder::Names;
use seatkeeper_domain::id::CustomerId;
use uuid::Uuid;

use super::super::Books;
use super::Memory;
use crate::error::StoreError;
use crate::read::record::{RecordReader, Touched};
use crate::read::{EventRow, LanePosition, Scope};

type Read<T> = Result<T, StoreError>;

impl Books {
    /// Whether an event exists for a reader.
    pub(super) fn shows(&self, scope: Scope, event: &Event) -> bool {
        match (scope.customer(), event.stream) {
            (None, _) => true,
            (Some(own), Stream::Customer(id)) => own == id,
            (Some(_), Stream::License(id)) => self.owns(scope, id),
            (Some(_), Stream::Server) => false,
        }
    }

    /// Its one lane, numbered like the others from 1.
    pub(super) fn lane(&self) -> impl DoubleEndedIterator<Item = EventRow> {
        let rows = self.events.iter().enumerate();
        rows.map(|(place, event)| EventRow { lane: 0, lane_number: place as u64 + 1, event: Event::clone(event) })
    }
}

impl RecordReader for Memory {
    fn touched(&self, after: &[LanePosition]) -> Read<Touched> {
        let books = self.books();
        let seen = after.first().map_or(0, |place| place.number);
        let mut touched = Touched::default();
        for row in books.lane().filter(|row| row.lane_number > seen) {
            match row.event.stream {
                Stream::Customer(id) => drop(touched.customers.insert(id)),
                Stream::License(id) => touched.customers.extend(books.licenses.get(&id).map(|l| l.customer_id)),
                Stream::Server => touched.server = true,
            }
        }
        Ok(touched)
    }

    fn history(&self, scope: Scope, of: Option<Stream>, before: &[LanePosition], limit: u32) -> Read<Vec<EventRow>> {
        let books = self.books();
        let before = before.first().map_or(u64::MAX, |place| place.number);
        let rows = books.lane().rev().filter(|row| {
            row.lane_number < before
                && books.shows(scope, &row.event)
                && of.is_none_or(|stream| stream == row.event.stream)
        });
        Ok(rows.take(limit as usize).collect())
    }

    fn called(&self, scope: Scope, ids: &[Uuid]) -> Read<HashMap<Uuid, String>> {
        let books = self.books();
        let of = |license, names: &Names| {
            let name = names.user.clone().or_else(|| names.device_name.clone());
            name.filter(|_| books.owns(scope, license))
        };
        let own = |customer: Option<CustomerId>| scope.customer().is_none_or(|id| customer == Some(id));
        let name = |id: Uuid| {
            let session = books.sessions.get(&id.into()).map(|s| of(s.license_id, &s.names));
            let denial = || books.denials.get(&id.into()).map(|d| of(d.license_id, &d.names));
            let device = || books.activations.get(&id.into()).map(|a| of(a.license_id, &a.names));
            let account =
                || books.accounts.get(&id.into()).map(|a| Some(a.name.clone()).filter(|_| own(a.customer_id)));
            let token = || books.tokens.get(&id.into()).map(|t| Some(t.label.clone()).filter(|_| own(t.customer_id)));
            session.or_else(denial).or_else(device).or_else(account).or_else(token).flatten()
        };
        Ok(ids.iter().filter_map(|id| Some((*id, name(*id)?))).collect())
    }

    fn lanes_at(&self, at: Timestamp) -> Read<Vec<LanePosition>> {
        let books = self.books();
        let earlier = books.events.iter().filter(|event| event.at < at).count();
        Ok(vec![LanePosition { lane: 0, number: earlier as u64 + 1 }])
    }
}
