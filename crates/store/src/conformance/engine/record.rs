//! The record newest first, and whose records changed, beside the model's.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::event::{Event, Stream};

use uuid::Uuid;

use super::reads::{Asked, Checked, same};
use crate::error::StoreError;
use crate::read::record::before;
use crate::read::{LanePosition, Reader, Scope};

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    /// After every place there is.
    pub(super) fn touched(&self) -> Checked {
        for seen in 0..=self.books.events.len() as u64 {
            let after = |reader: &dyn Reader| reader.touched(&place(reader, seen)?);
            same(&format!("touched after {seen}"), after(self.engine), after(self.model))?;
        }
        Ok(())
    }

    /// Everything that has a name, and somebody who is nobody.
    pub(super) fn called(&self, scope: Scope) -> Checked {
        let books = self.books;
        let mut ids: Vec<Uuid> = books.sessions.keys().map(|id| id.0).collect();
        ids.extend(books.denials.keys().map(|id| id.0));
        ids.extend(books.activations.keys().map(|id| id.0));
        ids.extend(books.accounts.keys().map(|id| id.0));
        ids.extend(books.tokens.keys().map(|id| id.0));
        ids.push(Uuid::from_u128(99));
        let sorted = |reader: &dyn Reader| reader.called(scope, &ids).map(BTreeMap::from_iter);
        same("called", sorted(self.engine), sorted(self.model))
    }

    /// Everything, each stream by itself, and what was before an instant.
    pub(super) fn history(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let licenses = books.licenses.keys().map(|id| Stream::License(*id));
        let streams = licenses.chain(books.customers.keys().map(|id| Stream::Customer(*id))).chain([Stream::Server]);
        for of in streams.map(Some).chain([None]) {
            for limit in [2, 1_000] {
                let (e, m) = (walked(e, scope, of, Vec::new(), limit), walked(m, scope, of, Vec::new(), limit));
                same(&format!("history of {of:?}"), e, m)?;
            }
        }
        let instants = books.events.iter().map(|event| event.at).step_by(5);
        for at in instants.chain([self.now, self.now + SignedDuration::from_secs(1), Timestamp::MIN]) {
            let earlier = |reader: &dyn Reader| walked(reader, scope, None, reader.lanes_at(at)?, 7);
            same(&format!("history before {at}"), earlier(e), earlier(m))?;
        }
        Ok(())
    }
}

/// A place on each lane, of which one writer has written one.
fn place(reader: &dyn Reader, number: u64) -> Result<Vec<LanePosition>, StoreError> {
    Ok(reader.lanes()?.into_iter().map(|end| LanePosition { number, ..end }).collect())
}

/// All events before a place, so many at once.
fn walked(
    reader: &dyn Reader,
    scope: Scope,
    of: Option<Stream>,
    mut places: Vec<LanePosition>,
    limit: u32,
) -> Result<Vec<(u64, Event)>, StoreError> {
    let mut all = Vec::new();
    loop {
        let rows = reader.history(scope, of, &places, limit)?;
        if rows.is_empty() {
            return Ok(all);
        }
        places = before(&rows, &places);
        all.extend(rows.into_iter().map(|row| (row.lane_number, row.event)));
    }
}
